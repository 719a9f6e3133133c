package io.touchline.bootstrap.harness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A node: one of the jars as a process of its own, on ports of its own, in a directory of its own. It can be stopped,
 * killed, and started again where it was.
 */
public final class Node implements AutoCloseable {
    /** Which jar. */
    public enum Kind {
        STANDALONE,
        API,
        SOCKET;

        /** The jar, as {@code mvn package} made it. */
        public Path jar() {
            return Path.of("target", "chat-" + name().toLowerCase(Locale.ROOT) + ".jar")
                    .toAbsolutePath();
        }
    }

    private static final Path PLACE = Path.of("target", "nodes").toAbsolutePath();
    private static final Duration START_DEADLINE = Duration.ofMinutes(3);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(30);
    private static final int TAIL = 60;
    private static final Map<Kind, Path> UNPACKED = new ConcurrentHashMap<>();
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    private final Kind kind;
    private final String name;
    private final Map<String, String> properties = new LinkedHashMap<>();
    private List<String> flags = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private boolean unpacked;
    private final int port = FreePorts.next();
    private final int managementPort = FreePorts.next();
    private final int nodePort = FreePorts.next();
    private Process process;

    /** A node that is not started yet; the name, one for each, is for its log and its directory. */
    public Node(Kind kind, String name) {
        this.kind = kind;
        this.name = name;
        clear();
        set("server.port", Integer.toString(port));
        set("management.server.port", Integer.toString(managementPort));
        if (kind == Kind.SOCKET) {
            set("touchline.node.id", name);
            set("touchline.node.port", Integer.toString(nodePort));
            set("touchline.node.address", nodeUri().toString());
        }
    }

    public Node set(String property, String value) {
        properties.put(property, value);
        return this;
    }

    public Node unset(String property) {
        properties.remove(property);
        return this;
    }

    public Node setAll(Map<String, String> more) {
        properties.putAll(more);
        return this;
    }

    /** How the JVM is to run, in place of what makes a short test short. */
    public Node flags(List<String> instead) {
        flags = instead;
        return this;
    }

    /** Makes it start from its jar unpacked and an archive of its classes, which takes less than half the time. */
    public Node unpacked() {
        unpacked = true;
        return this;
    }

    /** From its next start on, API nodes reach this chat node by that proxy. */
    public FaultProxy behindProxy() {
        FaultProxy proxy = FaultProxy.before(nodePort);
        set("touchline.node.address", "http://127.0.0.1:" + proxy.port());
        return proxy;
    }

    /** Starts the process and waits until the node is ready. */
    public Node start() {
        return launch().awaitReady();
    }

    /** Starts these, all at once, and waits until they are ready. */
    public static void startAll(Collection<Node> nodes) {
        nodes.parallelStream().forEach(Node::launch); // the first of a kind has to make an archive of its classes
        nodes.forEach(Node::awaitReady);
    }

    /** Starts the process. */
    public Node launch() {
        try {
            process = new ProcessBuilder(command())
                    .directory(Files.createDirectories(directory()).toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RUNNING.add(process);
        process.onExit().thenAccept(RUNNING::remove);
        return this;
    }

    private List<String> command() {
        if (!unpacked) {
            return command(kind.jar(), List.of());
        }
        Path jar = UNPACKED.computeIfAbsent(kind, this::unpack);
        return command(
                jar,
                List.of("-XX:SharedArchiveFile=" + archive(jar), "-Xlog:cds=off", "-XX:+EnableDynamicAgentLoading"));
    }

    private List<String> command(Path jar, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(flags);
        command.addAll(arguments);
        command.addAll(List.of("-jar", jar.toString()));
        properties.forEach((property, value) -> command.add("--" + property + "=" + value));
        return command;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Unpacks the jar, and starts it once as this node to learn which classes it needs. */
    private Path unpack(Kind kind) {
        Path directory = PLACE.resolveSibling("unpacked").resolve(kind.name());
        Path jar = directory.resolve(kind.jar().getFileName());
        run(
                java(),
                "-Djarmode=tools",
                "-jar",
                kind.jar().toString(),
                "extract",
                "--force",
                "--destination",
                directory.toString());
        run(command(
                        jar,
                        List.of(
                                "-Xlog:disable",
                                "-XX:ArchiveClassesAtExit=" + archive(jar),
                                "-Dspring.context.exit=onRefresh"))
                .toArray(String[]::new));
        return jar;
    }

    private static Path archive(Path jar) {
        return jar.resolveSibling("classes.jsa");
    }

    private static void run(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(Files.createDirectories(PLACE).toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(START_DEADLINE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException("This did not end well: " + String.join(" ", command));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits until the node says that it is ready. */
    public Node awaitReady() {
        Await.until(() -> name + " to become ready\n" + tail(), START_DEADLINE, () -> !process.isAlive() || isReady());
        if (!process.isAlive()) {
            throw new AssertionError(name + " ended with " + process.exitValue() + "\n" + tail());
        }
        return this;
    }

    /** Whether the node can be reached and says that it is ready. */
    public boolean isReady() {
        return managementStatus("/actuator/health/readiness") == 200;
    }

    private int managementStatus(String path) {
        HttpRequest request = HttpRequest.newBuilder(managementUri().resolve(path))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return Rest.HTTP.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits until the process has ended by itself; its exit status. */
    public int awaitExit() {
        awaitEnd(START_DEADLINE);
        return process.exitValue();
    }

    /** Whether the process has ended by then. */
    public boolean hasEnded(Duration within) {
        try {
            return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * From its return on, Byteman's rules hold in the process. It is not started with them, as that would take three times
     * as long: JDK 17 crashes now and then if it loads thousands of classes from an archive under an agent. Nor does it
     * stand the changing of a record that was loaded from one.
     */
    public void instrument(String rules) {
        Byteman.attach(process.pid(), directory().resolve("rules.btm"), rules);
    }

    /** Freezes the process, as a machine that is out of memory does. */
    public void pause() {
        Signals.send("STOP", process.toHandle());
    }

    /** Lets a frozen process go on. */
    public void resume() {
        Signals.send("CONT", process.toHandle());
    }

    /** Tells the node to stop, as an operator does, by SIGTERM, and does not wait. */
    public void beginStop() {
        process.destroy();
    }

    /** Stops the node as an operator does, by SIGTERM. */
    public void stop() {
        process.destroy();
        awaitEnd(STOP_DEADLINE);
    }

    /** Kills the node with -9. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd(STOP_DEADLINE);
    }

    private void awaitEnd(Duration atMost) {
        if (!hasEnded(atMost)) {
            process.destroyForcibly();
            throw new AssertionError(name + " has not ended within " + atMost + "\n" + tail());
        }
    }

    /** Gone at once. */
    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }

    /** One user's REST calls to this node. */
    public Rest as(String user) {
        return new Rest(uri(), Tokens.of(user));
    }

    /** The same for an administrator. */
    public Rest asAdministrator(String user) {
        return new Rest(uri(), Tokens.ofAdministrator(user));
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Where clients connect to. */
    public URI socketUri() {
        return URI.create("ws://127.0.0.1:" + port + "/ws");
    }

    public URI managementUri() {
        return URI.create("http://127.0.0.1:" + managementPort);
    }

    /** Where other nodes forward to. */
    public URI nodeUri() {
        return URI.create("http://127.0.0.1:" + nodePort);
    }

    /** The sum of a metric over all its tags, as Prometheus sees it; 0 if there is none. */
    public double metric(String metric) {
        String text = Rest.plain("GET", managementUri().resolve("/actuator/prometheus"), "")
                .expect(200)
                .text();
        return text.lines()
                .filter(line -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** Everything the process wrote, over all its starts. */
    public String output() {
        try {
            return Files.readString(log(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process of its last start. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    /** Where the node runs. */
    public Path directory() {
        return PLACE.resolve(name);
    }

    private Path log() {
        return directory().resolve("output.log");
    }

    private String tail() {
        List<String> lines = output().lines().toList();
        return lines.stream().skip(Math.max(0, lines.size() - TAIL)).reduce("", (all, line) -> all + "\n" + line);
    }

    /** What an earlier run left there. */
    private void clear() {
        if (Files.notExists(directory())) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory())) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
