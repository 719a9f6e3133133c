package io.touchline.adapter.jpa;

import java.sql.SQLException;

/** Carries a driver's failure past Hibernate, which would log it. It does not leave the adapter but as a cause. */
final class StatementException extends RuntimeException {
    StatementException(SQLException cause) {
        super(cause);
    }
}
