package io.touchline.adapter.jpa;

import java.sql.SQLException;

/** Another transaction held a channel for longer than we were to wait. */
final class HeldException extends RuntimeException {
    HeldException(SQLException cause) {
        super(cause);
    }
}
