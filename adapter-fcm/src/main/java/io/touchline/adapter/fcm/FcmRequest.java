package io.touchline.adapter.fcm;

import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One exchange of {@link FcmTransport}. */
final class FcmRequest extends LowLevelHttpRequest {
    private final HttpClient client;
    private final HttpRequest.Builder request;
    private final String method;
    private final Duration timeout;

    FcmRequest(HttpClient client, String method, URI target, Duration timeout) {
        this.client = client;
        this.method = method;
        this.timeout = timeout;
        request = HttpRequest.newBuilder(target);
    }

    @Override
    public void addHeader(String name, String value) {
        request.header(name, value);
    }

    @Override
    public LowLevelHttpResponse execute() throws IOException {
        if (getContentType() != null) {
            addHeader("Content-Type", getContentType());
        }
        if (getContentEncoding() != null) {
            addHeader("Content-Encoding", getContentEncoding());
        }
        return new FcmResponse(
                await(client.sendAsync(request.method(method, body()).build(), info -> new BoundedBody())));
    }

    private BodyPublisher body() throws IOException {
        if (getStreamingContent() == null) {
            return BodyPublishers.noBody();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        getStreamingContent().writeTo(bytes);
        return BodyPublishers.ofByteArray(bytes.toByteArray());
    }

    private HttpResponse<byte[]> await(CompletableFuture<HttpResponse<byte[]>> response) throws IOException {
        try {
            return response.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new SocketTimeoutException("no answer within " + timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for an answer");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } finally {
            response.cancel(true);
        }
    }
}
