package io.touchline.bootstrap.harness;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A place on the way of a message at which an API node can be made to die, as by kill -9 at that instant: nothing that
 * runs at an orderly end does. The places are found by Byteman in the node's own code, which knows nothing of it.
 */
public enum CrashPoint {
    BEFORE_LOCK(Code.APPEND, "lock(Duration)", Code.ENTRY, "$0.drafts"),
    AFTER_LOCK_BEFORE_INSERT(Code.APPEND, "lock(Duration)", Code.EXIT, "$0.drafts"),
    AFTER_INSERT_BEFORE_COMMIT(Code.APPEND, "write", Code.EXIT, "$0.drafts"),
    AFTER_COMMIT(Code.CONNECTION, "commit()", Code.EXIT, null),
    BEFORE_ANSWER(Code.ADAPTER + "rest.SendHandler", "answer", Code.ENTRY, "$2"),
    BEFORE_PRESENCE_READ(Code.PRESENCE, "locate", Code.ENTRY, "$1"),
    BEFORE_FORWARD(Code.ROUTER, Code.FORWARD, Code.ENTRY, "$2"),
    AFTER_FORWARD(Code.ROUTER, Code.FORWARD, Code.EXIT, "$2"),
    CLAIMED(Code.LEDGER, "claim", Code.EXIT, "$!"),
    RECEIPTS_TAKEN(Code.CORE + "internal.Acknowledging", "take", Code.ENTRY, "$1"),
    MARK_NOT_COMMITTED(Code.JPA + "MarkRows", "move", Code.EXIT, "$!"),
    MARKED(Code.LEDGER, "acknowledge", Code.EXIT, "$!"),
    BEFORE_PUSH(Code.PUSH, "push", Code.ENTRY, "$1"),
    AFTER_PUSH(Code.PUSH, "push", Code.EXIT, "$1"),
    ENDED(Code.LEDGER, "end", Code.EXIT, "$1"),
    SETTLED(Code.LEDGER, "settle", Code.EXIT, "$!"),
    DRAINING(Code.CORE + "Chat", "close", Code.ENTRY, null);

    /** What the process ends with. */
    public static final int STATUS = 86;

    private static final Duration WAIT = Duration.ofSeconds(5);

    private final String type;
    private final String method;
    private final String location;
    private final String about;

    /** @param about what tells whom it concerns; null if it does not know, but comes in the thread of an append */
    CrashPoint(String type, String method, String location, String about) {
        this.type = type;
        this.method = method;
        this.location = location;
        this.about = about;
    }

    /** Whether it lies on the way down after a SIGTERM, not on that of a message. */
    public boolean isDrain() {
        return this == DRAINING;
    }

    /**
     * Byteman's rules for it.
     *
     * @param proof the file to write the point's name into just before the end
     * @param marker part of the name of a channel or user that it must concern, where it knows them
     * @param nth the how manieth time is the one
     */
    public String rules(Path proof, String marker, int nth) {
        return rules(marker, nth, proven(proof) + ", killJVM(" + STATUS + ")");
    }

    /** The same, but there the first to come only waits, for long enough that the process can be frozen meanwhile. */
    public String waitingRules(Path proof, String marker) {
        return rules(marker, 1, proven(proof) + ", waitFor(\"nothing\", " + WAIT.toMillis() + ")");
    }

    private String rules(String marker, int nth, String action) {
        String condition = "incrementCounter(\"hits\") == " + nth;
        String appending = "";
        if (about != null) {
            condition = about + ".toString().contains(\"" + marker + "\") AND " + condition;
        } else if (!isDrain()) {
            String concerned = "$0.drafts.toString().contains(\"" + marker + "\")";
            appending = rule("appending", Code.APPEND, "run", Code.ENTRY, concerned, "flag(Thread.currentThread())");
            condition = "clear(Thread.currentThread()) AND " + condition;
        }
        return appending + rule(name(), type, method, location, condition, action);
    }

    private String proven(Path proof) {
        return "openTrace(\"proof\", \"" + proof + "\"), traceln(\"proof\", \"" + name() + "\"), closeTrace(\"proof\")";
    }

    private static String rule(
            String name, String type, String method, String location, String condition, String action) {
        return String.join(
                "\n",
                "RULE " + name,
                "CLASS " + type,
                "METHOD " + method,
                location,
                "IF " + condition,
                "DO " + action,
                "ENDRULE",
                "");
    }

    /** Where things are. */
    private static final class Code {
        static final String ENTRY = "AT ENTRY";
        static final String EXIT = "AT EXIT";
        static final String CORE = "io.touchline.core.";
        static final String ADAPTER = "io.touchline.adapter.";
        static final String JPA = ADAPTER + "jpa.";
        static final String APPEND = JPA + "Append";
        static final String LEDGER = JPA + "JpaDeliveryLedger";
        static final String PRESENCE = ADAPTER + "redis.RedisPresenceRegistry";
        static final String ROUTER = ADAPTER + "websocket.HttpSocketRouter";
        static final String FORWARD = "forward(io.touchline.core.model.NodeRef, java.util.List)";
        static final String PUSH = ADAPTER + "fcm.FcmPushNotifier";
        static final String CONNECTION = "org.postgresql.jdbc.PgConnection";
    }
}
