package io.touchline.adapter.websocket;

import io.touchline.core.model.NodeRef;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.Delivery;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.ForwardResult.Forwarded;
import io.touchline.core.port.ForwardResult.Unreachable;
import io.touchline.core.port.SocketRouter;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/**
 * Forwards by HTTP to a {@link NodeServer}. One request carries all deliveries of a forward; one that would be larger
 * than a node takes goes as several, in order.
 *
 * <p>A request has a total deadline, the answer's body included. If the connection breaks it is sent once more within the
 * deadline, since the node may just have closed an idle one: frames may arrive twice, never not at all unnoticed.
 */
public final class HttpSocketRouter implements SocketRouter {
    /** Any HTTP address of a host, without path or user. */
    public static final Pattern ANY_ADDRESS = Pattern.compile("https?://[^/?#@\\s]+");

    /** Of an answer, as many receipts as a node ever sends at once and more. */
    private static final int MAX_ANSWER = 8 << 20;

    /** More are lost, as with an answer that is lost. */
    private static final int MAX_KEPT = 20_000;

    /** The secret must not follow a redirect. */
    private static final RequestConfig ONE_ANSWER = RequestConfig.custom()
            .setRedirectsEnabled(false)
            .setAuthenticationEnabled(false)
            .setContentCompressionEnabled(false)
            .setProtocolUpgradeEnabled(false)
            .build();

    private final HttpClient client;
    private final NodeSecret secret;
    private final Duration deadline;
    private final Pattern trusted;

    /** Came with a part that was answered, of a whole that was not. */
    private final Queue<Receipt> kept = new LinkedBlockingQueue<>(MAX_KEPT);

    private final String self = UUID.randomUUID().toString();

    /**
     * @param client with a time-out for connecting; it stays the caller's to close
     * @param secret the same on all nodes
     * @param deadline for one request from its beginning to the end of its answer
     * @param trusted only addresses that match are called, since they come from a registry that anybody in the network
     *     may be able to write; for all that, {@link #ANY_ADDRESS}
     */
    public HttpSocketRouter(HttpClient client, String secret, Duration deadline, Pattern trusted) {
        this.client = client;
        this.secret = new NodeSecret(secret);
        this.deadline = deadline;
        this.trusted = trusted;
    }

    @Override
    public String name() {
        return self;
    }

    @Override
    public ForwardResult resync(NodeRef node, Collection<UserId> users) {
        DeliveryCodec.Request request = DeliveryCodec.Request.resync(self, node.incarnation(), users);
        return isTrusted(node) ? send(node, request, DeliveryCodec.encode(request)) : distrusted(node);
    }

    @Override
    public ForwardResult revoke(NodeRef node, Map<UserId, Instant> revocations) {
        if (!isTrusted(node)) {
            return distrusted(node);
        }
        DeliveryCodec.Request request = DeliveryCodec.Request.revoke(self, node.incarnation(), revocations);
        byte[] body = DeliveryCodec.encode(request);
        return body.length <= DeliveryHandler.MAX_BODY ? send(node, request, body) : revokeHalves(node, revocations);
    }

    private ForwardResult revokeHalves(NodeRef node, Map<UserId, Instant> revocations) {
        Map<UserId, Instant> firstHalf = new HashMap<>();
        Map<UserId, Instant> secondHalf = new HashMap<>();
        revocations.forEach(
                (user, time) -> (firstHalf.size() > secondHalf.size() ? secondHalf : firstHalf).put(user, time));
        ForwardResult first = revoke(node, firstHalf);
        if (!(first instanceof Forwarded one)) {
            return first;
        }
        return both(one, revoke(node, secondHalf));
    }

    @Override
    public void leave(NodeRef node) {
        DeliveryCodec.Request request = DeliveryCodec.Request.leave(self, node.incarnation());
        if (isTrusted(node)) {
            ForwardResult unused = send(node, request, DeliveryCodec.encode(request));
        }
    }

    private boolean isTrusted(NodeRef node) {
        return trusted.matcher(node.address()).matches();
    }

    private static Unreachable distrusted(NodeRef node) {
        return new Unreachable("not an address of a node: " + node.address());
    }

    @Override
    public ForwardResult forward(NodeRef node, List<Delivery> deliveries) {
        if (!isTrusted(node)) {
            return distrusted(node);
        }
        DeliveryCodec.Request request = DeliveryCodec.Request.forward(self, node.incarnation(), deliveries);
        byte[] body = DeliveryCodec.encode(request);
        boolean fits = body.length <= DeliveryHandler.MAX_BODY && request.receivers() <= DeliveryCodec.MAX_RECEIVERS;
        return fits || deliveries.size() < 2 ? send(node, request, body) : forwardHalves(node, deliveries);
    }

    private ForwardResult forwardHalves(NodeRef node, List<Delivery> deliveries) {
        int half = deliveries.size() / 2;
        ForwardResult first = forward(node, deliveries.subList(0, half));
        if (!(first instanceof Forwarded one)) {
            return first;
        }
        return both(one, forward(node, deliveries.subList(half, deliveries.size())));
    }

    private ForwardResult both(Forwarded one, ForwardResult second) {
        if (!(second instanceof Forwarded two)) {
            one.receipts().forEach(kept::offer);
            return second;
        }
        Set<UserId> absent = new HashSet<>(one.absent());
        absent.addAll(two.absent());
        List<Receipt> receipts = new ArrayList<>(one.receipts());
        receipts.addAll(two.receipts());
        return new Forwarded(absent, receipts);
    }

    private ForwardResult send(NodeRef node, DeliveryCodec.Request request, byte[] body) {
        try {
            byte[] answer = exchange(URI.create(node.address() + DeliveryHandler.PATH), body);
            return withKept(DeliveryCodec.decodeAnswer(answer, request));
        } catch (IOException | IllegalArgumentException e) {
            return new Unreachable(node.address() + ": " + e);
        }
    }

    /** Nobody minds by which answer a receipt comes. */
    private ForwardResult withKept(ForwardResult result) {
        if (kept.isEmpty() || !(result instanceof Forwarded forwarded)) {
            return result;
        }
        List<Receipt> receipts = new ArrayList<>();
        for (Receipt receipt = kept.poll(); receipt != null; receipt = kept.poll()) {
            receipts.add(receipt);
        }
        receipts.addAll(forwarded.receipts());
        return new Forwarded(forwarded.absent(), receipts);
    }

    private byte[] exchange(URI uri, byte[] body) throws IOException {
        long end = System.nanoTime() + deadline.toNanos();
        try {
            return post(uri, body, end);
        } catch (HttpTimeoutException | ConnectException | ConnectTimeoutException | RefusedAnswerException e) {
            throw e;
        } catch (IOException e) {
            return post(uri, body, end);
        }
    }

    /** On the caller's thread; if it takes too long it is cancelled by another. */
    private byte[] post(URI uri, byte[] body, long end) throws IOException {
        HttpPost request = new HttpPost(uri);
        request.setConfig(ONE_ANSWER);
        request.setHeader(HttpHeaders.AUTHORIZATION, secret.header());
        request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_OCTET_STREAM));
        CompletableFuture<Boolean> answered = new CompletableFuture<>();
        CompletableFuture<Boolean> unused = answered.completeOnTimeout(
                        false, Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS)
                .whenComplete((inTime, failure) -> {
                    if (!inTime) {
                        request.cancel();
                    }
                });
        try {
            return client.execute(request, answer -> read(request, answer));
        } catch (IOException e) {
            if (answered.isDone()) {
                throw new HttpTimeoutException("no answer within " + deadline);
            }
            throw e;
        } finally {
            answered.complete(true);
        }
    }

    private static byte[] read(HttpPost request, ClassicHttpResponse answer) throws IOException {
        HttpEntity body = answer.getEntity();
        long length = body == null ? 0 : body.getContentLength();
        if (answer.getCode() == 200 && body != null && 0 <= length && length <= MAX_ANSWER) {
            return EntityUtils.toByteArray(body);
        }
        request.cancel(); // or the client would read it to its end
        throw new RefusedAnswerException(
                answer.getCode() == 200
                        ? "its answer is longer than " + MAX_ANSWER + " bytes"
                        : "it answers " + answer.getCode());
    }
}
