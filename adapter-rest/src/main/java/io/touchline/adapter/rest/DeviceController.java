package io.touchline.adapter.rest;

import io.touchline.core.Chat;
import io.touchline.core.model.Device;
import io.touchline.core.model.Device.Platform;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Devices that can be pushed. */
@RestController
@RequestMapping(path = RestConfiguration.BASE + "/devices/{device}", produces = MediaType.APPLICATION_JSON_VALUE)
final class DeviceController {
    private final Chat chat;

    DeviceController(Chat chat) {
        this.chat = chat;
    }

    @PutMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void register(Caller caller, @PathVariable String device, @RequestBody Body body) {
        Platform platform = platform(body.text("platform"));
        String token = body.text("token");
        chat.registerDevice(Input.value("device", device, id -> new Device(caller.user(), id, platform, token)));
    }

    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(Caller caller, @PathVariable String device) {
        chat.removeDevice(caller.user(), device);
    }

    private static Platform platform(String code) {
        for (Platform platform : Platform.values()) {
            if (platform.code().equals(code)) {
                return platform;
            }
        }
        throw ProblemException.invalid("platform", "must be android, ios or web");
    }
}
