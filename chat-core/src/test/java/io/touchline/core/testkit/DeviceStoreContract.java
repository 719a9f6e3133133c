package io.touchline.core.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.touchline.core.model.Device;
import io.touchline.core.model.Device.Platform;
import io.touchline.core.model.UserId;
import io.touchline.core.port.DeviceStore;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every {@link DeviceStore} promises. */
public abstract class DeviceStoreContract extends StorageContract {
    private final String tokens = UUID.randomUUID().toString();

    // ---- DS-1

    @Test
    @DisplayName("DS-1 registered devices are found by user, each user's by device id")
    void devicesAreFound() {
        Device phone = device(alice, "phone", "1");
        Device browser = new Device(alice, "browser", Platform.WEB, token("2"));
        Device other = new Device(bob, "phone", Platform.IOS, token("3"));
        register(phone, browser, other);

        assertEquals(
                Map.of(alice, List.of(browser, phone), bob, List.of(other)),
                here.devices().devices(List.of(alice, carol, bob)));
        assertEquals(Map.of(bob, List.of(other)), there.devices().devices(List.of(bob)));
        assertEquals(Map.of(), here.devices().devices(List.of(carol)));
        assertEquals(Map.of(), here.devices().devices(List.of()));
    }

    @Test
    @DisplayName("DS-1 registering a device again replaces it")
    void registeringAgainReplaces() {
        Device changed = new Device(alice, "phone", Platform.IOS, token("2"));
        register(device(alice, "phone", "1"), changed);
        assertEquals(List.of(changed), devices(alice));

        register(changed);
        assertEquals(List.of(changed), devices(alice));
    }

    @Test
    @DisplayName("DS-1 odd ids and the longest token pass unchanged")
    void oddDevices() {
        Device odd = new Device(alice, "b'\"\\\ud83d\ude42 \u00e9", Platform.WEB, token("x:_-/+="));
        Device longest = new Device(alice, "a".repeat(64), Platform.ANDROID, longToken(tokens));
        register(odd, longest);

        assertEquals(List.of(longest, odd), devices(alice));
    }

    // ---- DS-2

    @Test
    @DisplayName("DS-2 a token belongs to who registered it last")
    void tokensMove() {
        Device bobs = device(bob, "tablet", "same");
        register(device(alice, "phone", "same"), device(alice, "browser", "other"), bobs);

        assertEquals(List.of(device(alice, "browser", "other")), devices(alice));
        assertEquals(List.of(bobs), devices(bob));
        register(device(alice, "phone", "same"));
        assertEquals(List.of(), devices(bob));
    }

    @Test
    @DisplayName("DS-2 a token is taken from the user's own other device too")
    void tokensMoveWithinAUser() {
        register(device(alice, "old", "same"), device(alice, "new", "same"));

        assertEquals(List.of(device(alice, "new", "same")), devices(alice));
    }

    @Test
    @DisplayName("DS-2 tokens that differ only at the end of their length are two")
    void longTokensDiffer() {
        Device one = new Device(alice, "phone", Platform.ANDROID, longToken(tokens));
        Device other =
                new Device(bob, "phone", Platform.ANDROID, longToken(tokens).replaceAll(".$", "y"));
        register(one, other);

        assertEquals(List.of(one), devices(alice));
        assertEquals(List.of(other), devices(bob));
    }

    @Test
    @DisplayName("DS-2 of users who race for a token, one has it")
    void tokensThatRace() {
        List<UserId> users =
                IntStream.range(0, 6).mapToObj(i -> user("racer" + i)).toList();

        together(users.stream()
                .<Callable<Boolean>>map(user -> () -> {
                    StorageUnderTest node = users.indexOf(user) % 2 == 0 ? here : there;
                    node.devices().register(device(user, "phone", "same"));
                    return true;
                })
                .toList());

        assertEquals(1, here.devices().devices(users).size());
    }

    // ---- DS-3

    @Test
    @DisplayName("DS-3 a removed device is gone, and no other")
    void removing() {
        register(device(alice, "phone", "1"), device(alice, "browser", "2"), device(bob, "phone", "3"));

        here.devices().remove(alice, "phone");

        assertEquals(List.of(device(alice, "browser", "2")), devices(alice));
        assertEquals(List.of(device(bob, "phone", "3")), devices(bob));
    }

    @Test
    @DisplayName("DS-3 removing what is not there changes nothing")
    void removingNothing() {
        register(device(alice, "phone", "1"));

        here.devices().remove(alice, "browser");
        here.devices().remove(bob, "phone");
        here.devices().forget(List.of(device(bob, "phone", "2")));

        assertEquals(List.of(device(alice, "phone", "1")), devices(alice));
        here.devices().remove(alice, "phone");
        here.devices().remove(alice, "phone");
        assertEquals(List.of(), devices(alice));
    }

    // ---- DS-4

    @Test
    @DisplayName("DS-4 a device is forgotten if it still has the token that was read, and only then")
    void forgetting() {
        Device dead = device(alice, "phone", "dead");
        Device alsoDead = device(bob, "phone", "also dead");
        Device alive = device(bob, "browser", "alive");
        register(dead, alsoDead, alive);
        Device renewed = device(alice, "phone", "fresh");
        register(renewed);

        here.devices().forget(List.of(dead, alsoDead));

        assertEquals(List.of(renewed), devices(alice));
        assertEquals(List.of(alive), devices(bob));
    }

    @Test
    @DisplayName("DS-4 a token that went to another device is not forgotten with the first")
    void forgettingAMovedToken() {
        Device old = device(alice, "phone", "moved");
        Device now = device(bob, "phone", "moved");
        register(old, now);

        here.devices().forget(List.of(old));

        assertEquals(List.of(now), devices(bob));
    }

    // ---- DS-5

    @Test
    @DisplayName("DS-5 one device more than 20 replaces the one registered longest ago")
    void oldestIsReplaced() {
        List<Device> all = IntStream.rangeClosed(0, DeviceStore.MAX_DEVICES + 1)
                .mapToObj(i -> device(alice, "device" + (char) ('a' + i), "t" + i))
                .toList();
        register(all.subList(0, DeviceStore.MAX_DEVICES).toArray(Device[]::new));
        register(device(bob, "phone", "bob"));
        assertEquals(all.subList(0, DeviceStore.MAX_DEVICES), devices(alice));

        register(all.get(0));
        register(all.get(20));
        register(all.get(21));

        List<Device> expected = IntStream.rangeClosed(0, 21)
                .filter(i -> i != 1 && i != 2)
                .mapToObj(all::get)
                .toList();
        assertEquals(expected, devices(alice));
        assertEquals(1, devices(bob).size());
    }

    // ---- What the tests share

    private Device device(UserId user, String id, String token) {
        return new Device(user, id, Platform.ANDROID, token(token));
    }

    private String token(String name) {
        return name + " of " + tokens;
    }

    private static String longToken(String beginning) {
        return beginning + "x".repeat(Device.MAX_TOKEN - beginning.length());
    }

    private void register(Device... devices) {
        for (Device device : devices) {
            here.devices().register(device);
        }
    }

    private List<Device> devices(UserId user) {
        return there.devices().devices(List.of(user)).getOrDefault(user, List.of());
    }
}
