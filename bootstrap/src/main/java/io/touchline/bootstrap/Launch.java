package io.touchline.bootstrap;

import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** Starts a node. */
final class Launch {
    private static final String COMMON_POOL = "java.util.concurrent.ForkJoinPool.common.parallelism";

    private Launch() {}

    /** @param defaults for what is not given otherwise: on the command line, in the environment, in a file */
    static void node(Class<?> application, Map<String, Object> defaults, String[] arguments) {
        // With one thread in the common pool, as on two cores, the JDK starts a thread for every asynchronous step: the
        // HTTP client did so for each forward.
        if (System.getProperty(COMMON_POOL) == null && Runtime.getRuntime().availableProcessors() < 3) {
            System.setProperty(COMMON_POOL, "2");
        }
        new SpringApplicationBuilder(application).properties(defaults).run(arguments);
    }
}
