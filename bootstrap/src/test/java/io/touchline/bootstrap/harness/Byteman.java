package io.touchline.bootstrap.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.byteman.agent.Main;

/** Puts an agent into a node that does something at places in the node's code. */
public final class Byteman {
    private Byteman() {}

    /** The JVM argument for an agent with these rules, which are kept in that file. */
    public static String agent(Path script, String rules) {
        try {
            Files.createDirectories(script.getParent());
            Files.writeString(script, rules);
            Path jar = Path.of(Main.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return "-javaagent:" + jar + "=script:" + script;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
