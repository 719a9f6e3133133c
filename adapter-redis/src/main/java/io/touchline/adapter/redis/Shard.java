package io.touchline.adapter.redis;

import io.touchline.core.model.NodeRef;
import io.touchline.core.port.Whereabouts;
import io.touchline.core.port.Whereabouts.Nowhere;
import io.touchline.core.port.Whereabouts.Registration;
import io.touchline.core.port.Whereabouts.Unknown;
import io.touchline.core.port.Whereabouts.Where;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What a shard knew about the nodes at one instant of its own clock. Whatever is not of our form is passed over.
 *
 * @param now in milliseconds
 * @param settled whether it remembers for longer than any node's lease, so that who is not found is nowhere
 * @param stamp another one than before means that where its users are may have changed, or that a write may have been
 *     lost; empty if it cannot tell
 * @param leases by the nodes' fields
 */
record Shard(long now, boolean settled, String stamp, Map<String, Lease> leases) {
    private static final Pattern EPOCH = Pattern.compile("(\\d{1,15}) \\S+ (\\S+)");
    private static final Pattern LEASE = Pattern.compile("(\\d{1,15}) (\\d{1,15}) (\\S+)");
    private static final Pattern WORD = Pattern.compile("(\\d{1,15}) (\\S+)");
    private static final Pattern TIME = Pattern.compile("\\d{1,15}");

    /** A node and when its lease ends. */
    record Lease(NodeRef node, long end, long length) {}

    /** A node's word that it has a user, as it is written. */
    private record Word(String field, long said, String version) {}

    /** Of the answer to {@link Scripts#NODES}. */
    static Shard of(List<Object> answer, Pattern address) {
        long now = Long.parseLong((String) answer.get(0));
        Map<String, String> fields = pairs((List<?>) answer.get(2));
        Map<String, Lease> leases = leases(fields, address);
        long longest = leases.values().stream().mapToLong(Lease::length).max().orElse(0);
        OptionalLong began = epochBegan(fields, (String) answer.get(1));
        String stamp = stamp((String) answer.get(1), Arrays.asList(fields.get(Keys.EPOCH), fields.get(Keys.VERSION)));
        return new Shard(now, began.isPresent() && began.getAsLong() + longest <= now, stamp, leases);
    }

    /** Of the server's run and a shard's epoch and version. */
    static String stamp(String run, List<?> epochAndVersion) {
        return epochAndVersion.size() == 2 && !epochAndVersion.contains(null)
                ? run + " " + epochAndVersion.get(0) + " " + epochAndVersion.get(1)
                : "";
    }

    /** How long the lease of that node still runs, in milliseconds. */
    long left(NodeRef node) {
        Lease lease = leases.get(Keys.field(node));
        return lease == null ? 0 : lease.end() - now;
    }

    Stream<NodeRef> liveNodes() {
        return leases.values().stream().filter(this::isLive).map(Lease::node);
    }

    Whereabouts whereabouts(Map<String, String> user) {
        List<Word> words = words(user);
        List<Registration> registrations =
                words.stream().flatMap(word -> registration(word).stream()).toList();
        if (!registrations.isEmpty()) {
            return new Where(registrations);
        }
        return settled ? new Nowhere(since(user, words)) : new Unknown();
    }

    /** Whether that is so until the stamp is another one. Who is nowhere, yet has a node's word, may be back by time alone. */
    static boolean lasts(Whereabouts at, Map<String, String> user) {
        return at instanceof Where || (at instanceof Nowhere && !hasWord(user));
    }

    private static boolean hasWord(Map<String, String> user) {
        return user.keySet().stream().anyMatch(field -> Keys.incarnation(field).isPresent());
    }

    private Optional<Registration> registration(Word word) {
        return Optional.ofNullable(leases.get(word.field()))
                .filter(this::isLive)
                .map(lease -> new Registration(lease.node(), word.version()));
    }

    private Optional<Duration> since(Map<String, String> user, List<Word> words) {
        LongStream leaseEnds = words.stream()
                .flatMap(word -> Stream.ofNullable(leases.get(word.field())))
                .mapToLong(Lease::end);
        LongStream gone = Stream.ofNullable(user.get(Keys.GONE))
                .filter(TIME.asMatchPredicate())
                .mapToLong(Long::parseLong);
        OptionalLong last = LongStream.concat(leaseEnds, gone).max();
        return last.isPresent()
                ? Optional.of(Duration.ofMillis(Math.max(0, now - last.getAsLong())))
                : Optional.empty();
    }

    private List<Word> words(Map<String, String> user) {
        return user.entrySet().stream()
                .flatMap(entry -> {
                    Matcher parts = WORD.matcher(entry.getValue());
                    return parts.matches()
                            ? Stream.of(new Word(entry.getKey(), Long.parseLong(parts.group(1)), parts.group(2)))
                            : Stream.empty();
                })
                .filter(word -> word.said() + Scripts.KEPT_MILLIS > now)
                .toList();
    }

    private boolean isLive(Lease lease) {
        return lease.end() > now;
    }

    private static OptionalLong epochBegan(Map<String, String> fields, String run) {
        Matcher parts = EPOCH.matcher(fields.getOrDefault(Keys.EPOCH, ""));
        return parts.matches() && parts.group(2).equals(run)
                ? OptionalLong.of(Long.parseLong(parts.group(1)))
                : OptionalLong.empty();
    }

    private static Map<String, Lease> leases(Map<String, String> fields, Pattern address) {
        Map<String, Lease> leases = new HashMap<>();
        fields.forEach((field, value) -> {
            Matcher parts = LEASE.matcher(value);
            Optional<String> incarnation = Keys.incarnation(field);
            if (incarnation.isPresent()
                    && parts.matches()
                    && address.matcher(parts.group(3)).matches()) {
                NodeRef node = new NodeRef(incarnation.get(), parts.group(3));
                leases.put(field, new Lease(node, Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2))));
            }
        });
        return leases;
    }

    private static Map<String, String> pairs(List<?> flat) {
        Map<String, String> pairs = new HashMap<>();
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            pairs.put(String.valueOf(flat.get(i)), String.valueOf(flat.get(i + 1)));
        }
        return pairs;
    }
}
