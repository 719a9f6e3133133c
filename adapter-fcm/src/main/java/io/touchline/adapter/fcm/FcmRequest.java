package io.touchline.adapter.fcm;

import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/** One exchange of {@link FcmTransport}. */
final class FcmRequest extends LowLevelHttpRequest {
    /** No answer that we have use for is longer. */
    private static final int MAX_ANSWER = 1 << 20;

    private static final RequestConfig ONE_ANSWER = RequestConfig.custom()
            .setAuthenticationEnabled(false)
            .setProtocolUpgradeEnabled(false)
            .build();

    private final HttpClient client;
    private final HttpUriRequestBase request;
    private final Duration timeout;

    FcmRequest(HttpClient client, String method, URI target, Duration timeout) {
        this.client = client;
        this.timeout = timeout;
        request = new HttpUriRequestBase(method, target);
        request.setConfig(ONE_ANSWER);
    }

    @Override
    public void addHeader(String name, String value) {
        request.addHeader(name, value);
    }

    @Override
    public LowLevelHttpResponse execute() throws IOException {
        if (getContentType() != null) {
            addHeader("Content-Type", getContentType());
        }
        if (getContentEncoding() != null) {
            addHeader("Content-Encoding", getContentEncoding());
        }
        if (getStreamingContent() != null) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            getStreamingContent().writeTo(bytes);
            request.setEntity(new ByteArrayEntity(bytes.toByteArray(), null));
        }
        return exchange();
    }

    /** On the caller's thread; if it takes too long it is cancelled by another. */
    private FcmResponse exchange() throws IOException {
        CompletableFuture<Boolean> answered = new CompletableFuture<>();
        CompletableFuture<Boolean> unused = answered.completeOnTimeout(false, timeout.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((inTime, failure) -> {
                    if (!inTime) {
                        request.cancel();
                    }
                });
        HttpClientContext context = HttpClientContext.create();
        try {
            return client.execute(request, context, answer -> new FcmResponse(answer, read(answer, context)));
        } catch (IOException | RuntimeException e) { // cancelled between two steps, the client says no IOException
            if (answered.isDone()) {
                throw new SocketTimeoutException("no answer within " + timeout);
            }
            throw e instanceof IOException failure ? failure : new IOException(e);
        } finally {
            answered.complete(true);
        }
    }

    private byte[] read(ClassicHttpResponse answer, HttpClientContext context) throws IOException {
        if (context.getResponse() == null) {
            throw new IOException("the proxy answered " + answer.getCode()); // for CONNECT, which FCM never saw
        }
        HttpEntity entity = answer.getEntity();
        byte[] body = entity == null ? new byte[0] : entity.getContent().readNBytes(MAX_ANSWER + 1);
        if (body.length > MAX_ANSWER) {
            request.cancel(); // or the client would read it to its end
            throw new IOException("an answer of more than " + MAX_ANSWER + " bytes");
        }
        return body;
    }
}
