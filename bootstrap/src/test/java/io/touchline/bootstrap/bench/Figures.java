package io.touchline.bootstrap.bench;

/**
 * What a run came to.
 *
 * @param rate messages a second that were due
 * @param hopeless whether it was given up, since more and more was under way
 * @param deliveries a second, the senders' own copies not counted
 * @param p50 end to end, in milliseconds from the time a message was due to its arrival; so are the next three
 * @param failed messages that were not answered, or not with 201
 * @param lost deliveries of answered messages that did not come
 * @param repeated deliveries that came once more
 * @param disordered deliveries that came after a later one of their channel
 * @param closed connections that the node ended
 * @param serverMicros CPU time of nodes, PostgreSQL and Redis for each delivery
 * @param generatorCores how much of the machine this generator took
 */
record Figures(
        String what,
        double rate,
        boolean hopeless,
        double deliveries,
        double p50,
        double p99,
        double p999,
        double max,
        long failed,
        long lost,
        long repeated,
        long disordered,
        long closed,
        double serverMicros,
        double generatorCores) {
    private static final double BOUND_MILLIS = 200;

    /** Whether the nodes kept up. */
    boolean good() {
        return !hopeless && failed == 0 && lost == 0 && closed == 0 && p99 < BOUND_MILLIS;
    }
}
