package io.touchline.core.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.UserId;
import io.touchline.core.port.UserStore;
import io.touchline.core.port.UserStore.Acquaintance;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every {@link UserStore} promises. */
public abstract class UserStoreContract extends StorageContract {
    private static final int NODES = 8;

    // ---- US-1

    @Test
    @DisplayName("US-1 who is seen has that time noted, whichever node asks")
    void whoIsSeen() {
        here.users().seen(List.of(alice, bob));

        Instant seen = lastSeen(here, alice);
        assertNotNull(seen);
        assertEquals(seen, lastSeen(there, alice));
        assertEquals(seen, lastSeen(there, bob));
    }

    @Test
    @DisplayName("US-1 who never was seen has no time")
    void whoWasNeverSeen() {
        here.users().seen(List.of(bob));
        here.users().seen(List.of());

        assertNull(lastSeen(here, alice));
    }

    @Test
    @DisplayName("US-1 who is seen again soon keeps his time")
    void whoIsSeenAgain() {
        here.users().seen(List.of(alice));
        Instant seen = lastSeen(here, alice);

        there.users().seen(List.of(bob, alice, alice));

        assertEquals(seen, lastSeen(here, alice));
        assertFalse(lastSeen(here, bob).isBefore(seen));
    }

    @Test
    @DisplayName("US-1 nodes may have seen the same users at the same time")
    void whoIsSeenByAll() {
        List<UserId> users =
                IntStream.range(0, 200).mapToObj(i -> user("u" + i)).toList();
        List<UserId> turned = new ArrayList<>(users);
        Collections.reverse(turned);

        together(IntStream.range(0, NODES)
                .<Callable<Boolean>>mapToObj(i -> () -> {
                    (i % 2 == 0 ? here : there).users().seen(i % 3 == 0 ? users : turned);
                    return true;
                })
                .toList());

        users.forEach(user -> assertNotNull(lastSeen(there, user)));
    }

    // ---- US-2

    @Test
    @DisplayName("US-2 acquaintances share a channel, and strangers are left out")
    void acquaintances() {
        open(alice, bob);
        added(create(ChannelId.random(), bob, carol));
        here.users().seen(List.of(bob, carol));

        assertEquals(
                List.of(new Acquaintance(bob, lastSeen(here, bob))),
                here.users().acquaintances(alice, List.of(bob, carol, dave)));
        assertEquals(users(alice, carol), acquaintances(bob, alice, carol, dave));
        assertEquals(List.of(), acquaintances(dave, alice, bob, carol));
    }

    @Test
    @DisplayName("US-2 everybody is his own acquaintance")
    void oneself() {
        assertEquals(List.of(new Acquaintance(alice, null)), here.users().acquaintances(alice, List.of(alice, bob)));
    }

    @Test
    @DisplayName("US-2 who has left knows nobody there any more, and nobody there knows him")
    void whoHasLeft() {
        open(alice, bob, carol);
        added(leave(bob, bob));

        assertEquals(users(carol), acquaintances(alice, bob, carol));
        assertEquals(List.of(), acquaintances(bob, alice, carol));
    }

    @Test
    @DisplayName("US-2 who has come back is an acquaintance again")
    void whoHasComeBack() {
        open(alice, bob);
        added(leave(bob, bob));
        added(join(alice, bob));

        assertEquals(users(bob), acquaintances(alice, bob));
        assertEquals(users(alice), acquaintances(bob, alice));
    }

    @Test
    @DisplayName("US-2 each is answered once and by user id, however many channels they share")
    void eachOnce() {
        open(alice, bob, carol);
        added(create(ChannelId.random(), alice, carol, bob));

        assertEquals(users(alice, bob, carol), acquaintances(alice, carol, bob, alice, bob));
        assertEquals(List.of(), acquaintances(alice));
    }

    // ---- US-3

    @Test
    @DisplayName("US-3 a revocation is found by every node, with the time that was answered")
    void revocation() {
        Instant time = here.users().revoke(alice);

        assertEquals(time, there.users().revocations(time).get(alice));
        assertEquals(time, here.users().revocations(time).get(alice));
    }

    @Test
    @DisplayName("US-3 revoked again, the latest time counts")
    void revokedAgain() {
        Instant first = here.users().revoke(alice);
        Instant second = there.users().revoke(alice);

        assertFalse(second.isBefore(first));
        assertEquals(second, here.users().revocations(first).get(alice));
    }

    @Test
    @DisplayName("US-3 of revocations at the same time the latest counts")
    void revocationsThatRace() {
        List<Instant> times = together(IntStream.range(0, NODES)
                .<Callable<Instant>>mapToObj(
                        i -> () -> (i % 2 == 0 ? here : there).users().revoke(alice))
                .toList());

        Instant latest = times.stream().max(Comparator.naturalOrder()).orElseThrow();
        assertEquals(latest, here.users().revocations(latest).get(alice));
    }

    // ---- US-4

    @Test
    @DisplayName("US-4 revocations are found from their time on")
    void revocationsFromATime() {
        Instant alices = here.users().revoke(alice);
        Instant bobs = here.users().revoke(bob);

        assertEquals(bobs, here.users().revocations(alices).get(bob));
        assertEquals(alices, here.users().revocations(alices.minusSeconds(1)).get(alice));
        assertNull(here.users().revocations(alices.plusMillis(1)).get(alice));
        assertNull(here.users().revocations(bobs.plusSeconds(1)).get(bob));
    }

    @Test
    @DisplayName("US-4 nobody is found who was not revoked")
    void nobodyElse() {
        Instant time = here.users().revoke(alice);
        here.users().seen(List.of(bob));

        Map<UserId, Instant> found = here.users().revocations(time);
        assertEquals(time, found.get(alice));
        assertNull(found.get(bob));
    }

    private static Instant lastSeen(StorageUnderTest node, UserId user) {
        return node.users().acquaintances(user, List.of(user)).get(0).lastSeen();
    }

    private List<UserId> acquaintances(UserId user, UserId... asked) {
        return there.users().acquaintances(user, List.of(asked)).stream()
                .map(Acquaintance::user)
                .toList();
    }

    private static List<UserId> users(UserId... users) {
        return List.of(users);
    }
}
