package io.touchline.adapter.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.touchline.adapter.websocket.DeliveryCodec.Request;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Delivery;
import io.touchline.core.port.ForwardResult.Forwarded;
import io.touchline.core.port.ForwardResult.Gone;
import io.touchline.core.port.Frame;
import java.net.ProtocolException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeliveryCodecTest {
    private static final int ROUNDS = 300;

    private final Random random = new Random(20260301);

    @Test
    void whatIsWrittenIsReadAgain() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Request request = randomRequest();

            Request read = DeliveryCodec.decodeRequest(DeliveryCodec.encode(request));

            assertThat(read.incarnation()).isEqualTo(request.incarnation());
            assertThat(read.kind()).isEqualTo(request.kind());
            assertThat(read.users()).isEqualTo(request.users());
            assertThat(read.times()).isEqualTo(request.times());
            assertSameDeliveries(read.deliveries(), request.deliveries());
        }
    }

    @Test
    void answersAreReadAgain() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Request request = randomRequest();
            Forwarded answer = randomAnswer(request);

            assertThat(DeliveryCodec.decodeAnswer(DeliveryCodec.encode(answer, request), request))
                    .isEqualTo(answer);
        }
        Request request = randomRequest();
        assertThat(DeliveryCodec.decodeAnswer(DeliveryCodec.encode(new Gone(), request), request))
                .isEqualTo(new Gone());
    }

    @Test
    void aChannelsReceiversTakeNoMoreThanTheirTable() {
        List<UserId> users =
                IntStream.range(0, 500).mapToObj(i -> new UserId("user-" + i)).toList();
        int table = users.stream().mapToInt(user -> user.value().length() + 1).sum();
        List<Delivery> deliveries = IntStream.range(0, 100)
                .mapToObj(i -> new Delivery(new Frame(new byte[200]), users))
                .toList();

        byte[] body = DeliveryCodec.encode(Request.forward("api", "life", deliveries));

        assertThat(body).hasSizeLessThan(table + 100 * (200 + 8) + 20);
    }

    @Test
    void noBodyThatIsCutShortIsRead() {
        Request request = randomRequest();
        byte[] body = DeliveryCodec.encode(request);
        byte[] answer = DeliveryCodec.encode(randomAnswer(request), request);

        for (int length = 0; length < body.length; length++) {
            byte[] cut = Arrays.copyOf(body, length);
            assertThatThrownBy(() -> DeliveryCodec.decodeRequest(cut)).isInstanceOf(ProtocolException.class);
        }
        for (int length = 0; length < answer.length; length++) {
            byte[] cut = Arrays.copyOf(answer, length);
            assertThatThrownBy(() -> DeliveryCodec.decodeAnswer(cut, request)).isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void nothingMayFollow() {
        Request request = randomRequest();
        byte[] body = DeliveryCodec.encode(request);
        byte[] longer = Arrays.copyOf(body, body.length + 1);

        assertThatThrownBy(() -> DeliveryCodec.decodeRequest(longer))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("something after the end");
    }

    @Test
    void aGarbledBodyIsReadOrRefusedAndNothingElse() {
        for (int round = 0; round < 20 * ROUNDS; round++) {
            Request request = randomRequest();
            byte[] body = garbled(DeliveryCodec.encode(request));
            byte[] answer = garbled(DeliveryCodec.encode(randomAnswer(request), request));
            onlyRefused(() -> assertSound(DeliveryCodec.decodeRequest(body)));
            onlyRefused(() -> DeliveryCodec.decodeAnswer(answer, request));
        }
    }

    @Test
    void noiseIsReadOrRefusedAndNothingElse() {
        for (int round = 0; round < 50 * ROUNDS; round++) {
            byte[] noise = new byte[random.nextInt(60)];
            random.nextBytes(noise);
            if (noise.length > 0) {
                noise[0] = 3; // as far as the version is concerned, it is good
            }
            onlyRefused(() -> assertSound(DeliveryCodec.decodeRequest(noise)));
        }
    }

    @Test
    void moreReceiversThanARequestMayHaveAreRefused() {
        WireWriter bomb = new WireWriter()
                .writeByte(3)
                .writeByte(0)
                .write("api")
                .write("life")
                .write(1_000);
        IntStream.range(0, 1_000).forEach(i -> bomb.write("u" + i));
        bomb.write(1_001);
        IntStream.range(0, 1_001)
                .forEach(i -> bomb.write(new byte[0]).write(1).write(0).write(1_000));

        assertThatThrownBy(() -> DeliveryCodec.decodeRequest(bomb.toByteArray()))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("more receivers than a request may have");
    }

    @Test
    void aReceiverWhoStandsTwiceInTheTableIsRefused() {
        byte[] body = new WireWriter()
                .writeByte(3)
                .writeByte(0)
                .write("api")
                .write("life")
                .write(2)
                .write("alice")
                .write("alice")
                .write(0)
                .toByteArray();

        assertThatThrownBy(() -> DeliveryCodec.decodeRequest(body))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("a receiver stands twice in the table");
    }

    @Test
    void anotherVersionIsRefused() {
        byte[] body = DeliveryCodec.encode(randomRequest());
        body[0] = 1;

        assertThatThrownBy(() -> DeliveryCodec.decodeRequest(body))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("another version");
    }

    @Test
    void aNumberOfMoreThan63BitsIsRefused() {
        byte[] body = {3, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1};

        assertThatThrownBy(() -> DeliveryCodec.decodeRequest(body))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("a number of more than 63 bits");
    }

    private interface Reading {
        void run() throws ProtocolException;
    }

    private static void onlyRefused(Reading reading) {
        try {
            reading.run();
        } catch (ProtocolException expected) {
            assertThat(expected).hasMessageNotContaining("null");
        }
    }

    private static void assertSound(Request request) {
        assertThat(request.users()).doesNotHaveDuplicates();
        request.deliveries()
                .forEach(delivery ->
                        assertThat(delivery.receivers()).doesNotHaveDuplicates().isSubsetOf(request.users()));
    }

    private static void assertSameDeliveries(List<Delivery> read, List<Delivery> written) {
        assertThat(read).hasSameSizeAs(written);
        for (int i = 0; i < read.size(); i++) {
            assertThat(read.get(i).frame().bytes())
                    .isEqualTo(written.get(i).frame().bytes());
            assertThat(read.get(i).receivers())
                    .containsExactlyInAnyOrderElementsOf(written.get(i).receivers());
        }
    }

    private byte[] garbled(byte[] body) {
        for (int i = 0; i <= random.nextInt(3); i++) {
            body[random.nextInt(body.length)] = (byte) random.nextInt(256);
        }
        return body;
    }

    private Request randomRequest() {
        List<UserId> users = IntStream.range(0, random.nextInt(40))
                .mapToObj(i -> new UserId("user" + i + "-" + random.nextInt(1_000_000)))
                .toList();
        List<Delivery> deliveries = new ArrayList<>();
        for (int i = 0; i < random.nextInt(10); i++) {
            byte[] frame = new byte[random.nextInt(300)];
            random.nextBytes(frame);
            deliveries.add(new Delivery(new Frame(frame), some(users)));
        }
        String life = "life-" + random.nextInt();
        return switch (random.nextInt(5)) {
            case 0 -> Request.resync("api", life, users);
            case 1 -> Request.leave("api", life);
            case 2 -> Request.revoke("api", life, times(users));
            default -> Request.forward("api", life, deliveries);
        };
    }

    private Map<UserId, Instant> times(List<UserId> users) {
        Map<UserId, Instant> times = new HashMap<>();
        users.forEach(user -> times.put(user, Instant.ofEpochMilli(random.nextLong(1L << 50))));
        return times;
    }

    private Forwarded randomAnswer(Request request) {
        List<Receipt> receipts = IntStream.range(0, random.nextInt(10))
                .mapToObj(i -> new Receipt(
                        new UserId("user" + i), ChannelId.random(), random.nextLong() >>> 1, random.nextInt(1 << 30)))
                .toList();
        return new Forwarded(Set.copyOf(some(request.users())), receipts);
    }

    private List<UserId> some(List<UserId> users) {
        int oneIn = random.nextInt(3) + 1;
        return List.copyOf(new HashSet<>(
                users.stream().filter(user -> random.nextInt(oneIn) == 0).toList()));
    }
}
