package io.touchline.adapter.websocket;

import java.io.IOException;

/** A node answered, but not what a forward can use; to ask again is no use. */
final class RefusedAnswerException extends IOException {
    RefusedAnswerException(String message) {
        super(message);
    }
}
