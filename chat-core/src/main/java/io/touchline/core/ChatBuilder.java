package io.touchline.core;

import io.touchline.core.internal.Delivering;
import io.touchline.core.internal.LogWriter;
import io.touchline.core.port.ChannelDirectory;
import io.touchline.core.port.ChannelPolicy;
import io.touchline.core.port.ChatObserver;
import io.touchline.core.port.DeliveryLedger;
import io.touchline.core.port.DeviceStore;
import io.touchline.core.port.EventEncoder;
import io.touchline.core.port.MessageStore;
import io.touchline.core.port.PresenceRegistry;
import io.touchline.core.port.PushNotifier;
import io.touchline.core.port.SocketRouter;
import io.touchline.core.port.UserDirectory;
import io.touchline.core.port.UserStore;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts a {@link Chat} together from its ports. What has no default must be given. */
public final class ChatBuilder {
    private @Nullable MessageStore messages;
    private @Nullable ChannelDirectory channels;
    private @Nullable DeliveryLedger ledger;
    private @Nullable DeviceStore devices;
    private @Nullable UserStore people;
    private @Nullable PresenceRegistry presence;
    private @Nullable SocketRouter router;
    private @Nullable PushNotifier push;
    private @Nullable EventEncoder encoder;
    UserDirectory users = UserDirectory.open();
    ChannelPolicy policy = ChannelPolicy.open();
    ChatSettings settings = ChatSettings.defaults();
    ChatObserver observer = new ChatObserver() {};
    Clock clock = Clock.systemUTC();

    ChatBuilder() {}

    /** The log, and what stands beside it on the same data. */
    public ChatBuilder storage(
            MessageStore log, ChannelDirectory directory, DeliveryLedger owed, DeviceStore known, UserStore kept) {
        this.messages = log;
        this.channels = directory;
        this.ledger = owed;
        this.devices = known;
        this.people = kept;
        return this;
    }

    public ChatBuilder presence(PresenceRegistry registry) {
        this.presence = registry;
        return this;
    }

    public ChatBuilder router(SocketRouter toNodes) {
        this.router = toNodes;
        return this;
    }

    public ChatBuilder push(PushNotifier notifier) {
        this.push = notifier;
        return this;
    }

    /** How an event is written as a frame. */
    public ChatBuilder encoder(EventEncoder events) {
        this.encoder = events;
        return this;
    }

    /** The host's users; whoever is named exists unless said. */
    public ChatBuilder users(UserDirectory directory) {
        this.users = directory;
        return this;
    }

    /** The host's rules; the chat's own unless said. */
    public ChatBuilder policy(ChannelPolicy rules) {
        this.policy = rules;
        return this;
    }

    public ChatBuilder settings(ChatSettings chosen) {
        this.settings = chosen;
        return this;
    }

    /** Who learns what happens; nobody unless said. */
    public ChatBuilder observer(ChatObserver who) {
        this.observer = who;
        return this;
    }

    /** Which clock events get their time from; the system's unless said. */
    public ChatBuilder clock(Clock source) {
        this.clock = source;
        return this;
    }

    /** A chat that is at work. */
    public Chat build() {
        Delivering delivering = new Delivering(
                new Delivering.Ports(
                        messages(),
                        channels(),
                        required(ledger, "ledger"),
                        devices(),
                        presence(),
                        required(router, "socket router"),
                        required(push, "push notifier"),
                        required(encoder, "event encoder")),
                people(),
                new Delivering.Policy(
                        settings.receiptTimeout(),
                        settings.pushGrace(),
                        settings.pushText(),
                        settings.maxSignalParticipants()),
                observer,
                clock);
        LogWriter log = new LogWriter(messages(), delivering::deliver, observer);
        delivering.start();
        return new Chat(this, log, delivering);
    }

    MessageStore messages() {
        return required(messages, "message store");
    }

    ChannelDirectory channels() {
        return required(channels, "channel directory");
    }

    DeviceStore devices() {
        return required(devices, "device store");
    }

    UserStore people() {
        return required(people, "user store");
    }

    PresenceRegistry presence() {
        return required(presence, "presence registry");
    }

    private static <T> T required(@Nullable T part, String name) {
        return Objects.requireNonNull(part, "a chat needs a " + name);
    }
}
