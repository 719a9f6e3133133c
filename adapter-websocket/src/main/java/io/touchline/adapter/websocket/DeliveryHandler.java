package io.touchline.adapter.websocket;

import io.touchline.core.model.NodeRef;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.SocketRouter;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.Scheduler;

/** The one thing that a {@link NodeServer} answers. */
final class DeliveryHandler extends Handler.Abstract {
    static final String PATH = "/internal/deliveries";
    static final int MAX_BODY = 16 << 20;

    private final SocketRouter node;
    private final Peers peers;
    private final NodeSecret secret;
    private final Duration readDeadline;
    private final Supplier<Scheduler> scheduler;

    DeliveryHandler(
            SocketRouter node, Peers peers, NodeSecret secret, Duration readDeadline, Supplier<Scheduler> scheduler) {
        this.node = node;
        this.peers = peers;
        this.secret = secret;
        this.readDeadline = readDeadline;
        this.scheduler = scheduler;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int refusal = refusal(request);
        if (refusal == 0) {
            read(request, response, callback);
        } else {
            refuse(refusal, response, callback);
        }
        return true;
    }

    private int refusal(Request request) {
        if (!PATH.equals(request.getHttpURI().getPathQuery())) {
            return 404;
        }
        if (!"POST".equals(request.getMethod())) {
            return 405;
        }
        if (!secret.matches(request.getHeaders().get(HttpHeader.AUTHORIZATION))) {
            return 401;
        }
        if (request.getLength() < 0) {
            return 411;
        }
        return request.getLength() > MAX_BODY ? 413 : 0;
    }

    private void refuse(int status, Response response, Callback callback) {
        response.setStatus(status);
        response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        if (status == 405) {
            response.getHeaders().put(HttpHeader.ALLOW, "POST");
        }
        if (status == 401) {
            response.getHeaders().put(new HttpField(HttpHeader.WWW_AUTHENTICATE, "Bearer"));
        }
        callback.succeeded();
    }

    private void read(Request request, Response response, Callback callback) {
        EndPoint peer = request.getConnectionMetaData().getConnection().getEndPoint();
        Scheduler.Task tooLate = scheduler
                .get()
                .schedule(
                        () -> peer.close(new TimeoutException("the body did not come in time")),
                        readDeadline.toMillis(),
                        TimeUnit.MILLISECONDS);
        Promise.Invocable<byte[]> body = Promise.Invocable.from(
                InvocationType.BLOCKING,
                bytes -> {
                    tooLate.cancel();
                    take(bytes, response, callback);
                },
                failure -> {
                    tooLate.cancel();
                    callback.failed(failure);
                });
        Content.Source.asByteArrayAsync(request, MAX_BODY, body);
    }

    private void take(byte[] body, Response response, Callback callback) {
        try {
            DeliveryCodec.Request request = DeliveryCodec.decodeRequest(body);
            answer(DeliveryCodec.encode(take(request), request), response, callback);
        } catch (ProtocolException e) {
            refuse(400, response, callback);
        } catch (RuntimeException e) {
            callback.failed(e);
        }
    }

    private ForwardResult take(DeliveryCodec.Request request) {
        NodeRef meant = new NodeRef(request.incarnation(), "here");
        if (request.kind() == DeliveryCodec.Kind.LEAVE) {
            peers.left(request.sender());
            node.leave(meant);
            return new ForwardResult.Forwarded(Set.of(), List.of());
        }
        peers.heard(request.sender());
        return switch (request.kind()) {
            case RESYNC -> node.resync(meant, request.users());
            case REVOKE -> node.revoke(meant, request.revocations());
            default -> node.forward(meant, request.deliveries());
        };
    }

    private static void answer(byte[] body, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/octet-stream");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
