package io.touchline.adapter.fcm;

import com.google.api.client.json.GenericJson;
import com.google.api.client.json.gson.GsonFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Speaks FCM's HTTP v1 API and Google's token endpoint on a free port of this machine, for tests. It checks what Google
 * checks (the assertion's signature, the access token, the form and the size of a message), answers as it is told, and
 * keeps what each device was shown.
 */
public final class FcmServer implements AutoCloseable {
    private static final ServiceAccount ACCOUNT = ServiceAccount.generate();
    private static final int MAX_MESSAGE = 4096;
    private static final String ASSERTION = "assertion=";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(FcmServer::daemon);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<String> accessTokens = ConcurrentHashMap.newKeySet();
    private final Map<String, FcmAnswer> answers = new ConcurrentHashMap<>();
    private final Map<String, FcmAnswer> firstAnswers = new ConcurrentHashMap<>();
    private final Map<String, List<Map<?, ?>>> received = new ConcurrentHashMap<>();
    private final Map<String, List<Long>> times = new ConcurrentHashMap<>();
    private final Map<String, Map<String, Shown>> screens = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private final AtomicInteger tokenRequests = new AtomicInteger();
    private volatile FcmAnswer ofTokenEndpoint = FcmAnswer.raw(200, "");

    private FcmServer(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/token", handler(this::token));
        server.createContext("/v1/projects/" + ServiceAccount.PROJECT + "/messages:send", handler(this::send));
        server.start();
    }

    public static FcmServer start() {
        try {
            return new FcmServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A notification on a device's screen.
     *
     * @param body null if there is none
     */
    public record Shown(String channel, long sequence, String sender, int count, String title, String body) {}

    /** What {@code touchline.fcm.endpoint} is to be. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** What {@code touchline.fcm.credentials} is to be, written there. */
    public Path writeCredentials(Path file) {
        return ACCOUNT.write(file, tokenEndpoint());
    }

    /** From now on, that is the answer for the device; until told, messages are accepted. */
    public void answer(String token, FcmAnswer answer) {
        answers.put(token, answer);
    }

    /** The next message to the device is answered so, and those after it as before. */
    public void answerOnce(String token, FcmAnswer answer) {
        firstAnswers.put(token, answer);
    }

    /** From now on, that is what the token endpoint says; a status of 200 makes it work again. */
    public void answerTokenRequests(FcmAnswer answer) {
        ofTokenEndpoint = answer;
    }

    /** Access tokens handed out until now are worth nothing from now on. */
    public void revokeAccessTokens() {
        accessTokens.clear();
    }

    /** What the device shows: the latest of each tag, oldest first. */
    public List<Shown> shown(String token) {
        Map<String, Shown> screen = screens.getOrDefault(token, Map.of());
        synchronized (screen) {
            return List.copyOf(screen.values());
        }
    }

    /** Every well-formed message to the device, whatever was answered, as it came. */
    public List<Map<?, ?>> received(String token) {
        List<Map<?, ?>> messages = received.getOrDefault(token, List.of());
        synchronized (messages) {
            return List.copyOf(messages);
        }
    }

    /** When each of these came, by {@link System#nanoTime}. */
    public List<Long> times(String token) {
        List<Long> all = times.getOrDefault(token, List.of());
        synchronized (all) {
            return List.copyOf(all);
        }
    }

    public int mostInFlight() {
        return mostInFlight.get();
    }

    public int tokenRequests() {
        return tokenRequests.get();
    }

    URI tokenEndpoint() {
        return endpoint().resolve("/token");
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private FcmAnswer token(HttpExchange exchange) throws IOException {
        tokenRequests.incrementAndGet();
        if (!ofTokenEndpoint.accepts()) {
            return ofTokenEndpoint;
        }
        String form = URLDecoder.decode(body(exchange), StandardCharsets.UTF_8);
        String assertion = form.substring(form.indexOf(ASSERTION) + ASSERTION.length());
        return ACCOUNT.signed(assertion.split("&", 2)[0], tokenEndpoint())
                ? FcmAnswer.raw(200, accessToken())
                : FcmAnswer.raw(400, "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT Signature.\"}");
    }

    private String accessToken() {
        String token = "ya29." + UUID.randomUUID();
        accessTokens.add(token);
        return "{\"access_token\":\"" + token + "\",\"expires_in\":3599,\"token_type\":\"Bearer\"}";
    }

    private FcmAnswer send(HttpExchange exchange) throws IOException {
        String body = body(exchange);
        if (!isAuthorized(exchange)) {
            return FcmAnswer.error(401, "UNAUTHENTICATED")
                    .with("WWW-Authenticate", "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"");
        }
        GenericJson request = GsonFactory.getDefaultInstance().fromString(body, GenericJson.class);
        Map<?, ?> message = map(request, "message");
        Object token = message.containsKey("token") ? message.get("token") : message.get("fid");
        int size = body.getBytes(StandardCharsets.UTF_8).length
                - String.valueOf(token).length();
        if (!(token instanceof String) || size > MAX_MESSAGE || !hasTextOnly(map(message, "data"))) {
            return FcmAnswer.invalidArgument();
        }
        return deliver((String) token, message);
    }

    private FcmAnswer deliver(String token, Map<?, ?> message) {
        add(times.computeIfAbsent(token, t -> new ArrayList<>()), System.nanoTime());
        add(received.computeIfAbsent(token, t -> new ArrayList<>()), message);
        FcmAnswer first = firstAnswers.remove(token);
        FcmAnswer answer = first != null ? first : answers.getOrDefault(token, FcmAnswer.accept());
        if (answer.accepts()) {
            show(screens.computeIfAbsent(token, t -> new LinkedHashMap<>()), message);
        }
        return answer;
    }

    private static <T> void add(List<T> all, T one) {
        synchronized (all) {
            all.add(one);
        }
    }

    private static void show(Map<String, Shown> screen, Map<?, ?> message) {
        Map<?, ?> data = map(message, "data");
        Map<?, ?> notification = map(message, "notification");
        if (notification.isEmpty()) {
            takeBack(screen, data);
            return;
        }
        Shown shown = new Shown(
                (String) data.get("channel"),
                Long.parseLong((String) data.get("sequence")),
                (String) data.get("sender"),
                Integer.parseInt((String) data.get("count")),
                (String) notification.get("title"),
                (String) notification.get("body"));
        synchronized (screen) {
            screen.remove(tag(message));
            screen.put(tag(message), shown);
        }
    }

    /** As an app does that is told what was read. */
    private static void takeBack(Map<String, Shown> screen, Map<?, ?> data) {
        if ("read".equals(data.get("type"))) {
            long sequence = Long.parseLong((String) data.get("sequence"));
            synchronized (screen) {
                screen.values().removeIf(one -> one.channel.equals(data.get("channel")) && one.sequence <= sequence);
            }
        }
    }

    /** What ties repeats together on all platforms; without it on any of them, none. */
    private static String tag(Map<?, ?> message) {
        Object android = map(map(message, "android"), "notification").get("tag");
        Object apns = map(map(message, "apns"), "headers").get("apns-collapse-id");
        Object web = map(map(message, "webpush"), "notification").get("tag");
        boolean same = android != null && android.equals(apns) && android.equals(web);
        return same ? (String) android : UUID.randomUUID().toString();
    }

    private boolean isAuthorized(HttpExchange exchange) {
        String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        return authorization.startsWith("Bearer ") && accessTokens.contains(authorization.substring(7));
    }

    private static boolean hasTextOnly(Map<?, ?> data) {
        return data.values().stream().allMatch(String.class::isInstance);
    }

    /** The object of that name, empty if there is none. */
    static Map<?, ?> map(Map<?, ?> json, String name) {
        return json.get(name) instanceof Map<?, ?> map ? map : Map.of();
    }

    private HttpHandler handler(Reply reply) {
        return exchange -> {
            mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            FcmAnswer answer;
            try {
                answer = reply.to(exchange);
                pause(answer.isSilence() ? Duration.ofDays(1) : answer.delay());
            } catch (RuntimeException e) {
                answer = FcmAnswer.invalidArgument();
            } finally {
                inFlight.decrementAndGet();
            }
            write(exchange, answer);
        };
    }

    private void pause(Duration time) {
        try {
            closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(HttpExchange exchange, FcmAnswer answer) throws IOException {
        try (exchange) {
            if (answer.isSilence() || answer.isHangUp()) {
                return;
            }
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static String body(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "fcm-server");
        thread.setDaemon(true);
        return thread;
    }

    private interface Reply {
        FcmAnswer to(HttpExchange exchange) throws IOException;
    }
}
