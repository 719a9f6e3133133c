package io.touchline.adapter.rest;

import io.touchline.core.Chat;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Messages sent, edited and deleted, a channel's log read back, and what became of a message. */
@RestController
@RequestMapping(path = RestConfiguration.BASE + "/channels/{channel}", produces = MediaType.APPLICATION_JSON_VALUE)
final class MessageController {
    private static final int EVENTS = 100;
    private static final int MAX_EVENTS = 500;
    private static final int MESSAGES = 50;
    private static final int MAX_MESSAGES = 200;
    private static final int RECEIVERS = 50;
    private static final int MAX_RECEIVERS = 200;

    private final Chat chat;

    MessageController(Chat chat) {
        this.chat = chat;
    }

    @PostMapping("/messages")
    ResponseEntity<Answer> send(Caller caller, @PathVariable String channel, @RequestBody Body body) {
        Chat.Sent sent = chat.send(
                caller.user(), Input.channel(channel), body.text("content"), body.optionalText("clientMessageId"));
        return ResponseEntity.status(sent.repeated() ? HttpStatus.OK : HttpStatus.CREATED)
                .body(out -> JsonEventEncoder.write(out, sent.event()));
    }

    @PatchMapping("/messages/{sequence}")
    Answer edit(Caller caller, @PathVariable String channel, @PathVariable String sequence, @RequestBody Body body) {
        Event event = chat.edit(caller.user(), Input.channel(channel), Input.sequence(sequence), body.text("content"));
        return out -> JsonEventEncoder.write(out, event);
    }

    @DeleteMapping("/messages/{sequence}")
    Answer delete(Caller caller, @PathVariable String channel, @PathVariable String sequence) {
        Event event =
                chat.delete(caller.user(), caller.isAdministrator(), Input.channel(channel), Input.sequence(sequence));
        return out -> JsonEventEncoder.write(out, event);
    }

    @GetMapping("/events")
    Answer events(
            Caller caller,
            @PathVariable String channel,
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(required = false) @Nullable String limit) {
        long from = Input.number("after", after, 0, 0, Long.MAX_VALUE);
        int atMost = Input.limit(limit, EVENTS, MAX_EVENTS);
        return Answers.log(chat.events(caller.user(), Input.channel(channel), from, atMost));
    }

    @GetMapping("/messages")
    Answer messages(
            Caller caller,
            @PathVariable String channel,
            @RequestParam(required = false) @Nullable String before,
            @RequestParam(required = false) @Nullable String limit) {
        long to = Input.number("before", before, Long.MAX_VALUE, 1, Long.MAX_VALUE);
        int atMost = Input.limit(limit, MESSAGES, MAX_MESSAGES);
        return Answers.log(chat.messages(caller.user(), Input.channel(channel), to, atMost));
    }

    @GetMapping("/messages/{sequence}/delivery")
    Answer delivery(
            Caller caller,
            @PathVariable String channel,
            @PathVariable String sequence,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String cursor) {
        ChannelId id = Input.channel(channel);
        long message = Input.sequence(sequence);
        int atMost = Input.limit(limit, RECEIVERS, MAX_RECEIVERS);
        return Answers.page(
                Input.page(cursor, from -> chat.delivery(caller.user(), id, message, from, atMost)), Answers::delivery);
    }
}
