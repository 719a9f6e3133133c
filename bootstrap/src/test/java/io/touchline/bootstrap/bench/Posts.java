package io.touchline.bootstrap.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Requests over a bounded number of kept connections, one at a time on each; what finds none free waits, and whoever
 * measures counts that time too. Used on the event loop.
 */
final class Posts {
    private static final int CONNECTIONS = 64;
    private static final int NONE = -1;

    /** Is told what became of a request. */
    interface Outcome {
        void answered(int number, boolean created);
    }

    private record Post(FullHttpRequest request, int number) {}

    private final Bootstrap bootstrap;
    private final Outcome outcome;
    private final Queue<Line> idle = new ArrayDeque<>();
    private final Queue<Post> waiting = new ArrayDeque<>();
    private int open;

    /** @param bootstrap knows the loop, the kind of channel and the address */
    Posts(Bootstrap bootstrap, Outcome outcome) {
        this.bootstrap = bootstrap;
        this.outcome = outcome;
    }

    void send(FullHttpRequest request, int number) {
        waiting.add(new Post(request, number));
        Line line = idle.poll();
        if (line != null) {
            line.next();
        } else if (open < CONNECTIONS) {
            open++;
            connect();
        }
    }

    private void connect() {
        bootstrap
                .clone()
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpClientCodec(), new Line(channel));
                    }
                })
                .connect()
                .addListener((ChannelFutureListener) this::check);
    }

    private void check(ChannelFuture connecting) {
        if (connecting.isSuccess()) {
            return;
        }
        open--;
        Post post = waiting.poll();
        if (post != null) {
            outcome.answered(post.number, false);
        }
    }

    private final class Line extends SimpleChannelInboundHandler<HttpObject> {
        private final Channel channel;
        private int number = NONE;
        private boolean created;

        private Line(Channel channel) {
            this.channel = channel;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            next();
        }

        private void next() {
            Post post = waiting.poll();
            if (post == null) {
                idle.add(this);
                return;
            }
            number = post.number;
            channel.writeAndFlush(post.request);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
            if (part instanceof HttpResponse response) {
                created = response.status().equals(HttpResponseStatus.CREATED);
            }
            if (part instanceof LastHttpContent) {
                end(created);
                next();
            }
        }

        private void end(boolean well) {
            if (number != NONE) {
                outcome.answered(number, well);
                number = NONE;
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            end(false);
            idle.remove(this);
            open--;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            channel.close();
        }
    }
}
