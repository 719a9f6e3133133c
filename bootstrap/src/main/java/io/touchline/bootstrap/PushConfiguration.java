package io.touchline.bootstrap;

import io.touchline.adapter.fcm.FcmConnection;
import io.touchline.adapter.fcm.FcmPushNotifier;
import io.touchline.adapter.fcm.FcmSettings;
import io.touchline.core.inmemory.LoggingPushNotifier;
import io.touchline.core.port.PushNotifier;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Push through FCM where there are credentials, else written to the log. */
class PushConfiguration {
    private static final Logger log = LoggerFactory.getLogger(PushConfiguration.class);

    private PushConfiguration() {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("touchline.fcm.credentials")
    static class ByFcm {
        @Bean
        FcmConnection fcmConnection(TouchlineProperties properties) {
            Path credentials = ConfigurationProblem.required(
                    properties.fcm().credentials(),
                    "The property touchline.fcm.credentials is empty: set the path of a service account's key.");
            try {
                return FcmConnection.open(credentials, properties.fcm().endpoint());
            } catch (IllegalArgumentException e) {
                throw new ConfigurationProblem(
                        "One of touchline.fcm.credentials and touchline.fcm.endpoint makes no sense: " + e.getMessage()
                                + ".",
                        e);
            }
        }

        @Bean
        PushNotifier pushNotifier(FcmConnection connection) {
            return new FcmPushNotifier(connection.messaging(), FcmSettings.defaults());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "touchline.fcm.credentials", matchIfMissing = true, havingValue = "none given")
    static class ToTheLog {
        @Bean
        PushNotifier pushNotifier() {
            log.info("Push is written to this log: set touchline.fcm.credentials to send it through FCM.");
            return new LoggingPushNotifier();
        }
    }
}
