package io.touchline.adapter.jpa;

import java.time.Duration;

/**
 * How one API node uses the store.
 *
 * @param owner this process, told apart from every other and from its own earlier lives, 1 to 64 characters; claims are
 *     made in its name
 * @param lease how long a claim holds, by the database's clock, unless it is renewed by claiming again
 */
public record JpaSettings(String owner, Duration lease) {
    /**
     * What every PostgreSQL connection should begin with, so that a paused API node cannot hold a channel: limits on a
     * statement, on waiting for a lock, and on idling inside a transaction. And every statement is planned for
     * the tables as they are: a plan that was kept from when they were empty reads all of them. Compiling a statement takes longer
     * than ours run. The pool is to be given it as its connection's initial SQL.
     */
    public static final String POSTGRESQL_INITIAL_SQL = "set statement_timeout = '5s'; set lock_timeout = '2s';"
            + " set idle_in_transaction_session_timeout = '5s';"
            + " set plan_cache_mode = force_custom_plan; set jit = off";

    private static final int MAX_OWNER = 64;

    public JpaSettings {
        if (owner.isBlank() || owner.length() > MAX_OWNER) {
            throw new IllegalArgumentException("an owner has 1 to " + MAX_OWNER + " characters");
        }
        if (lease.toMillis() < 1) {
            throw new IllegalArgumentException("a lease lasts a millisecond at least, not " + lease);
        }
    }
}
