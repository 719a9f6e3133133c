package io.touchline.adapter.rest;

import io.touchline.core.Chat;
import io.touchline.core.model.Channel;
import io.touchline.core.model.ChannelId;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Channels, and who takes part in them. */
@RestController
@RequestMapping(path = RestConfiguration.BASE + "/channels", produces = MediaType.APPLICATION_JSON_VALUE)
final class ChannelController {
    private static final int PAGE = 50;
    private static final int MAX_PAGE = 200;

    private final Chat chat;

    ChannelController(Chat chat) {
        this.chat = chat;
    }

    @PostMapping
    ResponseEntity<Answer> create(Caller caller, @RequestBody Body body) {
        Chat.Made made = body.has("direct") ? direct(caller, body) : named(caller, body);
        return ResponseEntity.status(made.created() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(answer(made.channel()));
    }

    private Chat.Made direct(Caller caller, Body body) {
        if (body.has("id") || body.has("name") || body.has("participants")) {
            throw ProblemException.invalid("direct", "stands alone, without id, name or participants");
        }
        return chat.directChannel(caller.user(), body.user("direct"));
    }

    private Chat.Made named(Caller caller, Body body) {
        String id = body.optionalText("id");
        ChannelId channel = id == null ? null : Input.channel("id", id);
        return chat.createChannel(caller.user(), channel, body.optionalText("name"), body.users("participants"));
    }

    @GetMapping
    Answer list(
            Caller caller,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String cursor) {
        int atMost = Input.limit(limit, PAGE, MAX_PAGE);
        return Answers.page(Input.page(cursor, from -> chat.channels(caller.user(), from, atMost)), Answers::channel);
    }

    @GetMapping("/{channel}")
    Answer get(Caller caller, @PathVariable String channel) {
        return answer(chat.channel(caller.user(), Input.channel(channel)));
    }

    @PatchMapping("/{channel}")
    Answer rename(Caller caller, @PathVariable String channel, @RequestBody Body body) {
        return answer(chat.rename(caller.user(), Input.channel(channel), body.text("name")));
    }

    @GetMapping("/{channel}/participants")
    Answer participants(
            Caller caller,
            @PathVariable String channel,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String cursor) {
        ChannelId id = Input.channel(channel);
        int atMost = Input.limit(limit, PAGE, MAX_PAGE);
        return Answers.page(
                Input.page(cursor, from -> chat.participants(caller.user(), id, from, atMost)), Answers::participant);
    }

    @PutMapping("/{channel}/participants/{user}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void add(Caller caller, @PathVariable String channel, @PathVariable String user) {
        chat.addParticipant(caller.user(), Input.channel(channel), Input.user("user", user));
    }

    @DeleteMapping("/{channel}/participants/{user}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(Caller caller, @PathVariable String channel, @PathVariable String user) {
        chat.removeParticipant(
                caller.user(), caller.isAdministrator(), Input.channel(channel), Input.user("user", user));
    }

    /** Without a body, or an end in it, for ever. */
    @PutMapping("/{channel}/mute")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void mute(Caller caller, @PathVariable String channel, @RequestBody(required = false) @Nullable Body body) {
        chat.mute(caller.user(), Input.channel(channel), body == null ? null : body.optionalTime("until"));
    }

    @DeleteMapping("/{channel}/mute")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void unmute(Caller caller, @PathVariable String channel) {
        chat.unmute(caller.user(), Input.channel(channel));
    }

    private static Answer answer(Channel channel) {
        return out -> Answers.channel(out, channel);
    }
}
