package io.touchline.bootstrap;

import io.micrometer.core.instrument.MeterRegistry;
import io.touchline.adapter.jpa.JpaStorage;
import io.touchline.core.Chat;
import io.touchline.core.ChatSettings;
import io.touchline.core.port.EventEncoder;
import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.PushNotifier;
import io.touchline.core.port.SocketRouter;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The chat of an API node, put together from its ports. */
@Configuration(proxyBeanMethods = false)
class ChatConfiguration {
    @Bean(destroyMethod = "close")
    Chat chat(
            JpaStorage storage,
            PresenceRegistry presence,
            SocketRouter router,
            PushNotifier push,
            EventEncoder encoder,
            TouchlineProperties properties,
            MeterRegistry meters) {
        return Chat.builder()
                .storage(storage.messages(), storage.channels(), storage.ledger(), storage.devices(), storage.users())
                .presence(presence)
                .router(router)
                .push(push)
                .encoder(encoder)
                .settings(settings(properties))
                .observer(new ChatWatcher(meters))
                .build();
    }

    private static ChatSettings settings(TouchlineProperties properties) {
        int maxBytes = properties.message().maxBytes();
        if (maxBytes < 1 || maxBytes > 65_536) {
            throw new ConfigurationProblem("The property touchline.message.max-bytes is " + maxBytes
                    + ": set a number of bytes from 1 to 65536.");
        }
        int maxSignalParticipants = properties.signals().maxParticipants();
        if (maxSignalParticipants < 0) {
            throw new ConfigurationProblem("The property touchline.signals.max-participants is " + maxSignalParticipants
                    + ": set a number such as 100, or 0 for no signals.");
        }
        return new ChatSettings(
                maxBytes,
                notNegative(
                        "touchline.delivery.receipt-timeout",
                        properties.delivery().receiptTimeout()),
                notNegative("touchline.push.grace", properties.push().grace()),
                properties.push().content() == TouchlineProperties.Push.Content.TEXT,
                maxSignalParticipants);
    }

    private static Duration notNegative(String property, Duration value) {
        if (value.isNegative()) {
            throw new ConfigurationProblem("The property " + property + " is negative: set a duration such as 10s.");
        }
        return value;
    }
}
