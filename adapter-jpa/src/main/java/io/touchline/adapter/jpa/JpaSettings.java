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
     * statement, on waiting for a lock, and on idling inside a transaction. A statement is planned once for a connection,
     * always by index: every one of ours finds its rows by key, whether the tables were empty when it was planned or
     * are large by now, and planning it each time cost more than running it; and in the index's order, so that whoever needs
     * a hundred rows does not gather all of a channel first. The pool is to be given it as its connection's initial SQL.
     */
    public static final String POSTGRESQL_INITIAL_SQL = "set statement_timeout = '1600ms'; set lock_timeout = '1500ms';"
            + " set idle_in_transaction_session_timeout = '2s';"
            + " set jit = off; set plan_cache_mode = force_generic_plan;"
            + " set enable_seqscan = off; set enable_bitmapscan = off; set enable_hashjoin = off;"
            + " set enable_mergejoin = off";

    /** What the initial SQL says of a statement; waiting for a channel comes on top where it is asked for. */
    static final Duration STATEMENT_TIMEOUT = Duration.ofMillis(1_600);

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
