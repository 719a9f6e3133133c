package io.touchline.bootstrap;

import io.micrometer.core.instrument.MeterRegistry;
import io.touchline.core.model.NodeRef;
import io.touchline.core.model.UserId;
import io.touchline.core.port.NodeObserver;
import io.touchline.core.port.UnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what happens on a chat node into metrics and log lines. */
final class NodeWatcher implements NodeObserver {
    private static final Logger log = LoggerFactory.getLogger("touchline.node");

    private final MeterRegistry meters;
    private final Throttled complaints = new Throttled();

    NodeWatcher(MeterRegistry meters) {
        this.meters = meters;
    }

    @Override
    public void incarnated(NodeRef node) {
        log.info("Taking connections as {}, deliveries at {}", node.incarnation(), node.address());
    }

    @Override
    public void presenceAway(UnavailableException failure) {
        meters.counter("touchline.presence.failures").increment();
        complaints.run(
                "presence",
                () -> log.warn("Redis does not answer ({}): no new connections until it does", failure.getMessage()));
    }

    @Override
    public void presenceBack() {
        log.info("Redis answers");
    }

    @Override
    public void connectionClosed(UserId user, int code) {
        meters.counter("touchline.socket.closed", "code", Integer.toString(code))
                .increment();
    }

    @Override
    public void receiptsDropped(int count) {
        meters.counter("touchline.receipts.dropped").increment(count);
    }

    @Override
    public void defect(RuntimeException failure) {
        meters.counter("touchline.defects").increment();
        log.error("A defect on the chat node", failure);
    }
}
