package io.touchline.adapter.fcm;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** An answer's body in memory, unless it is longer than any that we have use for. */
final class BoundedBody implements BodySubscriber<byte[]> {
    private static final long MAX_BYTES = 1 << 20;

    private final BodySubscriber<byte[]> bytes = BodySubscribers.ofByteArray();
    private long room = MAX_BYTES;

    @Override
    public CompletionStage<byte[]> getBody() {
        return bytes.getBody();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        bytes.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        room -= buffers.stream().mapToLong(ByteBuffer::remaining).sum();
        if (room < 0) {
            onError(new IOException("an answer of more than " + MAX_BYTES + " bytes"));
        } else {
            bytes.onNext(buffers);
        }
    }

    @Override
    public void onError(Throwable failure) {
        bytes.onError(failure);
    }

    @Override
    public void onComplete() {
        bytes.onComplete();
    }
}
