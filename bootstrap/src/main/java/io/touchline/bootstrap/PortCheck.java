package io.touchline.bootstrap;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Checks the ports before anything listens, as a sentence says more than what a server says of them. */
@Configuration(proxyBeanMethods = false)
class PortCheck {
    private static final List<String> PORTS = List.of("server.port", "management.server.port", "touchline.node.port");
    private static final int LAST = 65_535;

    @Bean
    static BeanFactoryPostProcessor portsMakeSense(Environment environment) {
        return beans -> check(environment);
    }

    private static void check(Environment environment) {
        Map<Integer, String> taken = new HashMap<>();
        for (String property : PORTS) {
            String value = environment.getProperty(property);
            if (value == null) {
                continue;
            }
            int port = port(property, value);
            String other = port == 0 ? null : taken.put(port, property);
            if (other != null) {
                throw new ConfigurationProblem("The properties " + other + " and " + property + " are both " + port
                        + ": set a port of its own for each.");
            }
        }
    }

    private static int port(String property, String value) {
        try {
            int port = Integer.parseInt(value.strip());
            if (port >= 0 && port <= LAST) {
                return port;
            }
        } catch (NumberFormatException e) {
            // the same sentence
        }
        throw new ConfigurationProblem("The property " + property + " is " + value + ": set a port from 1 to " + LAST
                + ", or 0 for any that is free.");
    }
}
