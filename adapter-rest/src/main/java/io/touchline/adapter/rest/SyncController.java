package io.touchline.adapter.rest;

import io.touchline.core.Chat;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import java.util.HashMap;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What a user missed, and how far he says that he is, over all of his channels. */
@RestController
@RequestMapping(path = RestConfiguration.BASE, produces = MediaType.APPLICATION_JSON_VALUE)
final class SyncController {
    private final Chat chat;

    SyncController(Chat chat) {
        this.chat = chat;
    }

    @PostMapping("/sync")
    Answer sync(Caller caller, @RequestBody Body body) {
        return Answers.catchUp(chat.sync(caller.user(), body.sequences("channels")));
    }

    @PostMapping("/receipts")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void receipts(Caller caller, @RequestBody Body body) {
        UserId user = caller.user();
        Map<ChannelId, Receipt> receipts = new HashMap<>();
        body.sequences("delivered")
                .forEach((channel, sequence) ->
                        receipts.merge(channel, new Receipt(user, channel, sequence, 0), Receipt::merge));
        body.sequences("read")
                .forEach((channel, sequence) ->
                        receipts.merge(channel, new Receipt(user, channel, 0, sequence), Receipt::merge));
        chat.acknowledge(receipts.values());
    }
}
