package io.touchline.core;

import io.touchline.core.ChatNode.Admission;

/** The codes with which a chat node closes a connection; what RFC 6455 has is left to the socket. */
public enum CloseCode {
    /** A frame that is not of the contract. */
    BAD_FRAME(4400, "not a frame of this service"),
    /** The token is missing, bad or has ended. */
    UNAUTHORIZED(4401, "a valid token is needed"),
    /** Origin not allowed, or closed by an administrator. */
    FORBIDDEN(4403, "not allowed"),
    /** No answer to heartbeats, or too slow. */
    TOO_SLOW(4408, "too slow: catch up after connecting again"),
    /** Too many connections of this user or address. */
    TOO_MANY(4429, "too many connections"),
    /** The node is going down. */
    GOING_DOWN(1012, "going down"),
    /** The node cannot take the connection now. */
    TRY_LATER(1013, "try again later");

    private final int code;
    private final String text;

    CloseCode(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /** Why somebody is not admitted. */
    public static CloseCode of(Admission refusal) {
        return switch (refusal) {
            case REVOKED -> UNAUTHORIZED;
            case TOO_MANY -> TOO_MANY;
            case TRY_LATER -> TRY_LATER;
            case ADMITTED -> throw new IllegalArgumentException("who is admitted is not closed");
        };
    }

    public int code() {
        return code;
    }

    /** For people who read what their client shows them. */
    public String text() {
        return text;
    }
}
