package io.touchline.bootstrap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;

/** Says in one line that the node is ready, and where. */
final class ReadyLine {
    private static final Logger log = LoggerFactory.getLogger("touchline");

    @EventListener
    void ready(ApplicationReadyEvent event) {
        Environment environment = event.getApplicationContext().getEnvironment();
        log.info(
                "Ready on port {}, health and metrics on port {}",
                environment.getProperty("local.server.port"),
                environment.getProperty("local.management.port"));
        if (environment.getProperty("touchline.page.enabled", Boolean.class, false)) {
            log.info("Open http://localhost:{} in a browser", environment.getProperty("local.server.port"));
        }
    }
}
