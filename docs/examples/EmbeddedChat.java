import io.touchline.core.Chat;
import io.touchline.core.ChatNode;
import io.touchline.core.ChatNodeSettings;
import io.touchline.core.inmemory.InMemoryPresenceRegistry;
import io.touchline.core.inmemory.InMemoryPushNotifier;
import io.touchline.core.inmemory.InMemoryStorage;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Device;
import io.touchline.core.model.Event;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ClientSocket;
import io.touchline.core.port.Frame;
import io.touchline.core.port.NodeFrames;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The whole chat in one plain program: no framework, no database, no network. */
public class EmbeddedChat {
    public static void main(String[] arguments) throws Exception {
        Clock clock = Clock.systemUTC();
        InMemoryStorage storage = new InMemoryStorage(clock);
        InMemoryPresenceRegistry presence = new InMemoryPresenceRegistry(clock);
        InMemoryPushNotifier push = new InMemoryPushNotifier();

        ChatNode node = ChatNode.builder()
                .presence(presence)
                .frames(new PlainFrames())
                .address("http://localhost")
                .settings(ChatNodeSettings.named("here"))
                .build();
        node.start();
        Chat chat = Chat.builder()
                .storage(storage.messages(), storage.channels(), storage.ledger(), storage.devices(), storage.users())
                .presence(presence)
                .router(node) // in one process, the chat node takes deliveries itself
                .push(push)
                .encoder(event -> frame(event.sequence() + " from " + event.sender() + ": " + text(event)))
                .build();

        UserId alice = new UserId("alice");
        UserId bob = new UserId("bob");
        UserId carol = new UserId("carol");
        ChannelId tea = new ChannelId("tea");
        Device carolsPhone = new Device(carol, "phone", Device.Platform.ANDROID, "a token of FCM");
        chat.registerDevice(carolsPhone);

        Screen bobsScreen = new Screen("bob's screen", 3);
        node.open(bob, bobsScreen, null);
        bobsScreen.awaitReady();
        chat.createChannel(alice, tea, "Tea at four", List.of(bob, carol));
        chat.send(alice, tea, "Who is in?", "first");
        chat.send(alice, tea, "Who is in?", "first"); // sent again, stored once

        bobsScreen.awaitAll();
        while (push.shown(carolsPhone).isEmpty()) {
            Thread.onSpinWait(); // carol is offline: her phone hears of it in a moment
        }
        System.out.println("carol's phone: news in " + push.shown(carolsPhone).get(0).channel());
        System.out.println("the log: " + chat.events(bob, tea, 0, 100).items().size() + " events");
        chat.close();
        node.close();
    }

    private static String text(Event event) {
        return event.body() instanceof Event.Message message ? message.content() : "made the channel";
    }

    private static Frame frame(String text) {
        return new Frame(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Where a real program would have a socket, this one prints. */
    private static final class Screen implements ClientSocket {
        private final String name;
        private final CountDownLatch ready = new CountDownLatch(1);
        private final CountDownLatch all;

        Screen(String name, int frames) {
            this.name = name;
            this.all = new CountDownLatch(frames);
        }

        @Override
        public void send(List<Frame> frames, Consumer<Throwable> done) {
            for (Frame frame : frames) {
                System.out.println(name + ": " + new String(frame.bytes(), StandardCharsets.UTF_8));
                ready.countDown();
                all.countDown();
            }
            done.accept(null);
        }

        void awaitReady() throws InterruptedException {
            ready.await(5, TimeUnit.SECONDS);
        }

        void awaitAll() throws InterruptedException {
            all.await(5, TimeUnit.SECONDS);
        }

        @Override
        public void ping() {}

        @Override
        public void close(int code, String reason) {}

        @Override
        public void terminate() {}
    }

    private static final class PlainFrames implements NodeFrames {
        @Override
        public Frame ready(UserId user, String connection, String node, Duration heartbeat) {
            return frame("ready");
        }

        @Override
        public Frame sync() {
            return frame("sync");
        }

        @Override
        public Frame pong() {
            return frame("pong");
        }

        @Override
        public Frame expiring(Instant at) {
            return frame("expiring at " + at);
        }

        @Override
        public Frame goodbye(Duration reconnectAfter) {
            return frame("goodbye");
        }
    }
}
