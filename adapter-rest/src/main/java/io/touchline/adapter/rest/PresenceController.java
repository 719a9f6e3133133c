package io.touchline.adapter.rest;

import io.touchline.core.Chat;
import io.touchline.core.model.Presence;
import io.touchline.core.model.UserId;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Who is there, who is typing, and whom an administrator sends away. */
@RestController
@RequestMapping(path = RestConfiguration.BASE, produces = MediaType.APPLICATION_JSON_VALUE)
final class PresenceController {
    private final Chat chat;

    PresenceController(Chat chat) {
        this.chat = chat;
    }

    @PostMapping("/channels/{channel}/typing")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void typing(Caller caller, @PathVariable String channel) {
        chat.typing(caller.user(), Input.channel(channel));
    }

    /** The query as a whole, since a list would be split at commas. */
    @GetMapping("/presence")
    Answer presence(Caller caller, @RequestParam MultiValueMap<String, String> query) {
        List<UserId> users = query.getOrDefault("user", List.of()).stream()
                .map(user -> Input.user("user", user))
                .toList();
        List<Presence> found = chat.presence(caller.user(), users);
        return Answers.presence(found);
    }

    @DeleteMapping("/users/{user}/connections")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void close(Caller caller, @PathVariable String user) {
        chat.closeConnections(caller.isAdministrator(), Input.user("user", user));
    }
}
