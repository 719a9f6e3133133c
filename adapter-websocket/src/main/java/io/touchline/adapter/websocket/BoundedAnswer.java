package io.touchline.adapter.websocket;

import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a good answer of a known and bearable length. Of any other nothing is read, and the connection is
 * closed.
 */
final class BoundedAnswer implements BodySubscriber<byte[]> {
    private final BodySubscriber<byte[]> body = BodySubscribers.ofByteArray();
    private final @Nullable String refusal;

    BoundedAnswer(ResponseInfo info, int maxLength) {
        long length = info.headers().firstValueAsLong("Content-Length").orElse(Long.MAX_VALUE);
        if (info.statusCode() != 200) {
            refusal = "it answers " + info.statusCode();
        } else {
            refusal = length > maxLength ? "its answer is longer than " + maxLength + " bytes" : null;
        }
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return refusal == null ? body.getBody() : CompletableFuture.failedFuture(new RefusedAnswerException(refusal));
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        if (refusal == null) {
            body.onSubscribe(subscription);
        } else {
            subscription.cancel();
        }
    }

    @Override
    public void onNext(List<ByteBuffer> part) {
        body.onNext(part);
    }

    @Override
    public void onError(Throwable failure) {
        body.onError(failure);
    }

    @Override
    public void onComplete() {
        body.onComplete();
    }
}
