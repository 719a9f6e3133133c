package io.touchline.adapter.websocket;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Delivery;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.ForwardResult.Forwarded;
import io.touchline.core.port.ForwardResult.Gone;
import io.touchline.core.port.Frame;
import java.net.ProtocolException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How nodes write to each other.
 *
 * <pre>
 * request  = version kind sender incarnation users (deliveries | times)
 * answer   = version taken runs receipts        the node took it; runs: who is absent, by their places in the request
 *          | version gone                       another life of the node is here
 * version  = byte 3     taken = byte 0     gone = byte 1
 * kind     = byte 0     deliveries, or none: then only receipts are asked for
 *          | byte 1     the users are to catch up; none named: all that are there
 *          | byte 2     no more comes from this sender, and nothing is missing
 *          | byte 3     the users' tokens are worth nothing up to the times: their connections are to be closed
 * sender   = string                             the API node, new at every start
 * users    = count string…                      every receiver of the request once; his place is counted from 0
 * times    = number…                            for kind 3 alone, one for each user: milliseconds since 1970
 * deliveries = count (bytes runs)…              a frame and its receivers, by their places among the users
 * runs     = count (gap length)…                places in a row: so many are left out, then so many are meant
 * receipts = count (string string number number)…   user, channel, delivered, read
 * string   = bytes, in ASCII
 * bytes    = number byte…                       as many bytes as the number says
 * count, gap, length, number = 7 bits a byte, lowest first, the highest bit set when more follow; at most 63 bits
 * </pre>
 *
 * <p>A channel's receivers follow each other among the users, so a delivery to any number of them is mostly one run. Runs
 * cannot overlap, so nobody gets a frame twice. Whoever reads trusts nothing: a body of another form, cut short, with
 * something after its end, or with more receivers than {@link #MAX_RECEIVERS} throws {@link ProtocolException}, and no
 * count is believed beyond the bytes that are there.
 */
final class DeliveryCodec {
    /** Of all deliveries of one request together. */
    static final int MAX_RECEIVERS = 1_000_000;

    private static final int MAX_INCARNATION = 64;
    private static final int MAX_SENDER = 64;
    private static final int VERSION = 3;
    private static final int TAKEN = 0;
    private static final int GONE = 1;

    private DeliveryCodec() {}

    /** What a request asks for. */
    enum Kind {
        FORWARD(0),
        RESYNC(1),
        LEAVE(2),
        REVOKE(3);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        private static Kind of(int code) throws ProtocolException {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new ProtocolException("a request of unknown meaning");
        }
    }

    /**
     * A request, read or to be written.
     *
     * @param sender the API node that it comes from
     * @param users every receiver once, in the order of their places
     * @param times up to when each user's tokens are worth nothing, in the same order, if that is what is told
     */
    record Request(
            Kind kind,
            String sender,
            String incarnation,
            List<UserId> users,
            List<Delivery> deliveries,
            List<Instant> times) {
        static Request forward(String sender, String incarnation, List<Delivery> deliveries) {
            Set<UserId> users = new LinkedHashSet<>();
            deliveries.forEach(delivery -> users.addAll(delivery.receivers()));
            return new Request(Kind.FORWARD, sender, incarnation, List.copyOf(users), deliveries, List.of());
        }

        static Request resync(String sender, String incarnation, Collection<UserId> users) {
            return new Request(Kind.RESYNC, sender, incarnation, List.copyOf(users), List.of(), List.of());
        }

        static Request leave(String sender, String incarnation) {
            return new Request(Kind.LEAVE, sender, incarnation, List.of(), List.of(), List.of());
        }

        static Request revoke(String sender, String incarnation, Map<UserId, Instant> revocations) {
            List<UserId> users = List.copyOf(revocations.keySet());
            List<Instant> times = users.stream().map(revocations::get).toList();
            return new Request(Kind.REVOKE, sender, incarnation, users, List.of(), times);
        }

        Map<UserId, Instant> revocations() {
            Map<UserId, Instant> revocations = new HashMap<>();
            for (int i = 0; i < users.size(); i++) {
                revocations.put(users.get(i), times.get(i));
            }
            return revocations;
        }

        /** Of all deliveries together. */
        long receivers() {
            return deliveries.stream()
                    .mapToLong(delivery -> delivery.receivers().size())
                    .sum();
        }
    }

    static byte[] encode(Request request) {
        WireWriter out = new WireWriter().writeByte(VERSION).writeByte(request.kind.code);
        out.write(request.sender).write(request.incarnation);
        out.write(request.users.size());
        request.users.forEach(user -> out.write(user.value()));
        if (request.kind == Kind.REVOKE) {
            request.times.forEach(time -> out.write(time.toEpochMilli()));
            return out.toByteArray();
        }
        Map<UserId, Integer> places = places(request.users);
        out.write(request.deliveries.size());
        for (Delivery delivery : request.deliveries) {
            out.write(delivery.frame().bytes());
            writeRuns(out, delivery.receivers(), places);
        }
        return out.toByteArray();
    }

    static Request decodeRequest(byte[] body) throws ProtocolException {
        return decode(body, DeliveryCodec::readRequest);
    }

    /** @param result what the node made of that request; not that it is unreachable, which nobody can answer */
    static byte[] encode(ForwardResult result, Request request) {
        WireWriter out = new WireWriter().writeByte(VERSION);
        if (!(result instanceof Forwarded forwarded)) {
            return out.writeByte(GONE).toByteArray();
        }
        out.writeByte(TAKEN);
        writeRuns(out, forwarded.absent(), places(request.users));
        out.write(forwarded.receipts().size());
        for (Receipt receipt : forwarded.receipts()) {
            out.write(receipt.user().value()).write(receipt.channel().value());
            out.write(receipt.delivered()).write(receipt.read());
        }
        return out.toByteArray();
    }

    /** @param request that this is the answer to */
    static ForwardResult decodeAnswer(byte[] body, Request request) throws ProtocolException {
        return decode(body, in -> readAnswer(in, request));
    }

    private static Map<UserId, Integer> places(List<UserId> users) {
        Map<UserId, Integer> places = new LinkedHashMap<>(users.size() * 2);
        users.forEach(user -> places.put(user, places.size()));
        return places;
    }

    private static void writeRuns(WireWriter out, Collection<UserId> users, Map<UserId, Integer> places) {
        int[] sorted = users.stream().mapToInt(places::get).sorted().toArray();
        WireWriter runs = new WireWriter();
        int count = 0;
        int end = 0;
        for (int i = 0; i < sorted.length; count++) {
            int start = i;
            while (i < sorted.length && sorted[i] - sorted[start] == i - start) {
                i++;
            }
            runs.write(sorted[start] - end).write(i - start);
            end = sorted[start] + i - start;
        }
        out.write(count).append(runs);
    }

    private static Request readRequest(WireReader in) throws ProtocolException {
        Kind kind = Kind.of(in.readByte());
        String sender = in.readString();
        check(!sender.isBlank() && sender.length() <= MAX_SENDER, "no sender");
        String incarnation = in.readString();
        check(!incarnation.isBlank() && incarnation.length() <= MAX_INCARNATION, "no incarnation");
        int userCount = in.readCount();
        List<UserId> users = new ArrayList<>(userCount);
        for (int i = 0; i < userCount; i++) {
            users.add(new UserId(in.readString()));
        }
        check(new HashSet<>(users).size() == userCount, "a receiver stands twice in the table");
        return kind == Kind.REVOKE
                ? new Request(kind, sender, incarnation, List.copyOf(users), List.of(), readTimes(in, userCount))
                : new Request(kind, sender, incarnation, List.copyOf(users), readDeliveries(in, users), List.of());
    }

    private static List<Instant> readTimes(WireReader in, int count) throws ProtocolException {
        List<Instant> times = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            times.add(Instant.ofEpochMilli(in.readNumber()));
        }
        return List.copyOf(times);
    }

    private static List<Delivery> readDeliveries(WireReader in, List<UserId> users) throws ProtocolException {
        int deliveryCount = in.readCount();
        List<Delivery> deliveries = new ArrayList<>(deliveryCount);
        long receivers = 0;
        for (int i = 0; i < deliveryCount; i++) {
            Delivery delivery = new Delivery(new Frame(in.readBytes()), readRuns(in, users, MAX_RECEIVERS - receivers));
            receivers += delivery.receivers().size();
            deliveries.add(delivery);
        }
        return List.copyOf(deliveries);
    }

    private static ForwardResult readAnswer(WireReader in, Request request) throws ProtocolException {
        int status = in.readByte();
        if (status == GONE) {
            return new Gone();
        }
        check(status == TAKEN, "an answer of unknown meaning");
        Set<UserId> absent = new HashSet<>(readRuns(in, request.users, MAX_RECEIVERS));
        int receiptCount = in.readCount();
        List<Receipt> receipts = new ArrayList<>(receiptCount);
        for (int i = 0; i < receiptCount; i++) {
            receipts.add(new Receipt(
                    new UserId(in.readString()), new ChannelId(in.readString()), in.readNumber(), in.readNumber()));
        }
        return new Forwarded(absent, receipts);
    }

    private static List<UserId> readRuns(WireReader in, List<UserId> users, long most) throws ProtocolException {
        int count = in.readCount();
        List<UserId> meant = new ArrayList<>();
        long place = 0;
        for (int i = 0; i < count; i++) {
            long start = Math.addExact(place, in.readNumber());
            place = Math.addExact(start, in.readNumber());
            check(start < place && place <= users.size(), "a run of receivers beyond the table");
            check(meant.size() + place - start <= most, "more receivers than a request may have");
            meant.addAll(users.subList((int) start, (int) place));
        }
        return meant;
    }

    private interface Part<T> {
        T read(WireReader in) throws ProtocolException;
    }

    private static <T> T decode(byte[] body, Part<T> part) throws ProtocolException {
        try {
            WireReader in = new WireReader(ByteBuffer.wrap(body));
            check(in.readByte() == VERSION, "another version");
            T value = part.read(in);
            check(in.isAtEnd(), "something after the end");
            return value;
        } catch (BufferUnderflowException | IllegalArgumentException | ArithmeticException e) {
            throw (ProtocolException) new ProtocolException("not of the form that nodes speak").initCause(e);
        }
    }

    private static void check(boolean holds, String otherwise) throws ProtocolException {
        if (!holds) {
            throw new ProtocolException(otherwise);
        }
    }
}
