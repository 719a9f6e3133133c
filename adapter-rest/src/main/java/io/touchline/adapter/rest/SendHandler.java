package io.touchline.adapter.rest;

import io.touchline.core.Chat;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.UserId;
import io.touchline.core.port.UnavailableException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * The short way of a message in, in front of a Jetty server's handlers: answers what {@link MessageController#send}
 * answers, without the servlets, filters and dispatching that cost several times as much as all the rest of it, and holds
 * no thread while the message is stored. Only for the plain form in which nearly all messages come; any request that is odd
 * in any way, whose token is not known, or that comes from a browser's page elsewhere, goes the long way.
 *
 * <p>It never blocks, so that Jetty lets it run in the thread that read the request; what goes the long way gets a thread
 * of the server's pool, and so does what comes while a good many wait for the store. What waited too long for one is refused
 * with a 503.
 */
public final class SendHandler extends Handler.Wrapper {
    private static final Pattern PATH = Pattern.compile(
            Pattern.quote(RestConfiguration.BASE) + "/channels/([A-Za-z0-9][A-Za-z0-9._~@:-]{0,63})/messages");
    private static final Pattern BEARER = Pattern.compile("Bearer ([A-Za-z0-9._~+/-]+=*)");

    /** What the long way's filters add. */
    private static final List<HttpField> HEADERS = List.of(
            new PreEncodedHttpField(HttpHeader.VARY, HttpHeaders.ORIGIN),
            new PreEncodedHttpField(HttpHeader.VARY, HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD),
            new PreEncodedHttpField(HttpHeader.VARY, HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS),
            new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store"),
            new PreEncodedHttpField("Content-Security-Policy", RestConfiguration.POLICY),
            new PreEncodedHttpField("X-Content-Type-Options", "nosniff"),
            new PreEncodedHttpField("X-XSS-Protection", "0"),
            new PreEncodedHttpField("X-Frame-Options", "DENY"));

    private static final HttpField HTTPS_ONLY =
            new PreEncodedHttpField(HttpHeader.STRICT_TRANSPORT_SECURITY, "max-age=31536000 ; includeSubDomains");
    private static final HttpField JSON =
            new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE);
    private static final HttpField PROBLEM =
            new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE);

    /** So many wait for the store without a thread, each with its content; others wait for a thread too. */
    private static final int MAX_UNDER_WAY = 512;

    /** Whoever waited so long for a thread has been given up by many a client; to refuse him shortens the queue. */
    private static final Duration PATIENCE = Duration.ofMillis(1_800);

    private final Supplier<Chat> chat;
    private final Function<String, @Nullable Jwt> tokens;
    private final Semaphore room;
    private final Duration patience;

    /**
     * @param longWay takes every other request
     * @param chat asked for at the first request; what its policy says of senders it must say at once
     * @param tokens answers at once whose a bearer token is, if it is known to be good; null for any other
     */
    public SendHandler(Handler longWay, Supplier<Chat> chat, Function<String, @Nullable Jwt> tokens) {
        this(longWay, chat, tokens, MAX_UNDER_WAY, PATIENCE);
    }

    SendHandler(
            Handler longWay,
            Supplier<Chat> chat,
            Function<String, @Nullable Jwt> tokens,
            int maxUnderWay,
            Duration patience) {
        super(longWay);
        this.chat = chat;
        this.tokens = tokens;
        this.room = new Semaphore(maxUnderWay);
        this.patience = patience;
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Executor pool = request.getComponents().getExecutor();
        Caller caller = isPlain(request) ? caller(request) : null;
        if (caller == null) {
            long came = System.nanoTime();
            pool.execute(() -> goTheLongWay(request, response, callback, came));
        } else {
            addHeaders(request, response);
            Promise.Invocable<byte[]> body = Promise.Invocable.from(
                    InvocationType.NON_BLOCKING,
                    bytes -> send(caller, channel(request), bytes, pool, response, callback),
                    e -> refuse(response, Body.brokenOff(), callback));
            Content.Source.asByteArrayAsync(request, Body.MAX_BYTES, body);
        }
        return true;
    }

    private static void addHeaders(Request request, Response response) {
        HEADERS.forEach(response.getHeaders()::add);
        if (request.isSecure()) {
            response.getHeaders().add(HTTPS_ONLY);
        }
    }

    private void goTheLongWay(Request request, Response response, Callback callback, long came) {
        try {
            if (isLate(came)) {
                addHeaders(request, response);
                refuse(response, noThread(), callback);
            } else if (!super.handle(request, response, callback)) {
                Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
            }
        } catch (Throwable e) {
            Response.writeError(request, response, callback, e);
        }
    }

    private boolean isLate(long came) {
        return System.nanoTime() - came >= patience.toNanos();
    }

    private static UnavailableException noThread() {
        return new UnavailableException("no thread was free in time", null);
    }

    private static boolean isPlain(Request request) {
        HttpFields headers = request.getHeaders();
        return request.getMethod().equals("POST")
                && path(request).matches()
                && !headers.contains(HttpHeader.ORIGIN)
                && !headers.contains(HttpHeader.CONTENT_ENCODING)
                && isJson(headers.get(HttpHeader.CONTENT_TYPE))
                && takesJson(headers.get(HttpHeader.ACCEPT))
                && request.getLength() > 0
                && request.getLength() <= Body.MAX_BYTES;
    }

    private static boolean isJson(@Nullable String contentType) {
        return contentType != null
                && (contentType.equals(MediaType.APPLICATION_JSON_VALUE)
                        || contentType.toLowerCase(Locale.ROOT).equals("application/json; charset=utf-8"));
    }

    private static boolean takesJson(@Nullable String accept) {
        return accept == null || accept.equals("*/*") || accept.equals(MediaType.APPLICATION_JSON_VALUE);
    }

    /** Null if the long way has to tell what is wrong with the token, or to find it out. */
    private @Nullable Caller caller(Request request) {
        String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        Matcher bearer = BEARER.matcher(authorization == null ? "" : authorization);
        try {
            Jwt token = bearer.matches() ? tokens.apply(bearer.group(1)) : null;
            return token == null ? null : Caller.of(token, chat.get());
        } catch (RuntimeException e) {
            return null;
        }
    }

    private static String channel(Request request) {
        Matcher path = path(request);
        return path.matches() ? path.group(1) : "";
    }

    private static Matcher path(Request request) {
        return PATH.matcher(String.valueOf(request.getHttpURI().getPathQuery()));
    }

    private void send(Caller caller, String channel, byte[] json, Executor pool, Response response, Callback callback) {
        try {
            Body body = Body.parse(json);
            ChannelId id = Input.channel(channel);
            String content = body.text("content");
            String messageId = body.optionalText("clientMessageId");
            store(caller.user(), id, content, messageId, pool)
                    .thenAccept(sent -> answer(response, sent, callback))
                    .exceptionally(e -> refuse(response, e, callback));
        } catch (RuntimeException | Error e) {
            refuse(response, e, callback);
        }
    }

    private CompletionStage<Chat.Sent> store(
            UserId user, ChannelId channel, String content, @Nullable String messageId, Executor pool) {
        if (!room.tryAcquire()) {
            long came = System.nanoTime();
            return CompletableFuture.supplyAsync(
                    () -> {
                        if (isLate(came)) {
                            throw noThread();
                        }
                        return chat.get().send(user, channel, content, messageId);
                    },
                    pool);
        }
        try {
            return chat.get()
                    .sendAsync(user, channel, content, messageId, pool)
                    .whenComplete((sent, failure) -> room.release());
        } catch (RuntimeException | Error e) {
            room.release();
            throw e;
        }
    }

    private static void answer(Response response, Chat.Sent sent, Callback callback) {
        Answer event = json -> JsonEventEncoder.write(json, sent.event());
        write(response, sent.repeated() ? HttpStatus.OK_200 : HttpStatus.CREATED_201, JSON, event, callback);
    }

    private static @Nullable Void refuse(Response response, Throwable failure, Callback callback) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        ProblemException problem = Problems.problem(cause);
        problem.headers().forEach((name, values) -> response.getHeaders().put(name, values));
        write(response, problem.status(), PROBLEM, problem, callback);
        return null;
    }

    private static void write(Response response, int status, HttpField type, Answer answer, Callback callback) {
        byte[] bytes = answer.bytes();
        response.setStatus(status);
        response.getHeaders().add(type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        response.write(true, ByteBuffer.wrap(bytes), callback);
    }
}
