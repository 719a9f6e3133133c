package io.touchline.adapter.rest;

import static io.touchline.adapter.rest.RestServer.assertInvalid;
import static io.touchline.adapter.rest.RestServer.assertNoContent;
import static io.touchline.adapter.rest.RestServer.call;
import static io.touchline.adapter.rest.RestServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.Device;
import io.touchline.core.model.UserId;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceCallsTest {
    private final String alice = fresh("alice-");

    @Test
    void aDeviceIsRegisteredReplacedAndRemoved() {
        assertNoContent(register("phone", "{\"platform\":\"android\",\"token\":\"t-1\"}"));
        assertNoContent(register("phone", "{\"platform\":\"ios\",\"token\":\"t-2\"}"));
        UserId user = new UserId(alice);
        assertThat(devices()).containsExactly(new Device(user, "phone", Device.Platform.IOS, "t-2"));
        assertNoContent(call(alice, "DELETE", "/devices/phone"));
        assertNoContent(call(alice, "DELETE", "/devices/phone"));
        assertThat(devices()).isEmpty();
    }

    @Test
    void aBrowserIsADeviceToo() {
        assertNoContent(register("tab", "{\"platform\":\"web\",\"token\":\"" + "t".repeat(4096) + "\"}"));
    }

    @Test
    void badDevicesAreRefusedByField() {
        assertInvalid(register("phone", "{\"token\":\"t\"}"), "platform", "is required");
        assertInvalid(
                register("phone", "{\"platform\":\"ANDROID\",\"token\":\"t\"}"),
                "platform",
                "must be android, ios or web");
        assertInvalid(register("phone", "{\"platform\":3,\"token\":\"t\"}"), "platform", "must be a string");
        assertInvalid(register("phone", "{\"platform\":\"web\"}"), "token", "is required");
        assertInvalid(register("phone", "{\"platform\":\"web\",\"token\":[]}"), "token", "must be a string");
        assertInvalid(
                register("phone", "{\"platform\":\"web\",\"token\":\" \"}"),
                "device",
                "a device token has 1 to 4096 characters");
        assertInvalid(
                register("d".repeat(65), "{\"platform\":\"web\",\"token\":\"t\"}"),
                "device",
                "a device id has 1 to 64 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\u0000b", "a\\nb", "\\ud800"})
    void aTokenHoldsNothingThatADatabaseRefuses(String token) {
        assertInvalid(
                register("phone", "{\"platform\":\"web\",\"token\":\"" + token + "\"}"),
                "device",
                "a device id or token has no control characters and no lone surrogates");
    }

    private HttpResponse<String> register(String device, String json) {
        return call(alice, "PUT", "/devices/" + device, json);
    }

    private List<Device> devices() {
        Map<UserId, List<Device>> known = RestServer.STORAGE.devices().devices(List.of(new UserId(alice)));
        return known.getOrDefault(new UserId(alice), List.of());
    }
}
