package io.touchline.bootstrap.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.touchline.bootstrap.bench.Heard.Arrival;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** One user's connection. Of a frame it reads the three numbers that it needs, and nothing else. */
final class Receiver extends SimpleChannelInboundHandler<TextWebSocketFrame> {
    /** Stands before the number of a message, at the beginning of its content, and in no other frame. */
    static final char MARK = '#';

    private static final byte[] CHANNEL = key("\"channel\":\"" + Channels.PREFIX);
    private static final byte[] SEQUENCE = key("\"sequence\":");
    private static final byte[] SYNC = key("{\"type\":\"sync\"}"); // as short as pong, which nobody here asks for

    private static final long RECEIPT_MILLIS = 1_000;

    /** Is told what comes. */
    interface Listener {
        void ready();

        void arrived(int number, int user, Arrival arrival);
    }

    private final int user;
    private final List<Heard> channels;
    private final Listener listener;
    private ScheduledFuture<?> receipts;

    Receiver(int user, List<Heard> channels, Listener listener) {
        this.user = user;
        this.channels = channels;
        this.listener = listener;
    }

    boolean wasReady() {
        return receipts != null;
    }

    private void begin(ChannelHandlerContext context) {
        receipts = context.executor()
                .scheduleAtFixedRate(
                        () -> acknowledge(context), user % RECEIPT_MILLIS, RECEIPT_MILLIS, TimeUnit.MILLISECONDS);
        listener.ready();
    }

    /** Says how far the user is, where that is news: once a second, and not all users at once. */
    private void acknowledge(ChannelHandlerContext context) {
        StringJoiner news = new StringJoiner(",");
        for (Heard heard : channels) {
            long head = heard.toAcknowledge();
            if (head > 0) {
                news.add("\"" + Channels.name(heard.channel) + "\":" + head);
            }
        }
        if (news.length() > 0) {
            context.writeAndFlush(new TextWebSocketFrame("{\"type\":\"receipt\",\"delivered\":{" + news + "}}"));
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
        if (!wasReady()) {
            begin(context); // the first frame says that it is
            return;
        }
        ByteBuf text = frame.content();
        int mark = text.indexOf(text.readerIndex(), text.writerIndex(), (byte) MARK);
        if (mark < 0) {
            if (text.readableBytes() == SYNC.length) {
                channels.forEach(Heard::leave);
            }
            return;
        }
        long sequence = number(text, after(SEQUENCE, text));
        Heard heard = heard((int) number(text, after(CHANNEL, text)));
        listener.arrived((int) number(text, mark + 1), user, heard.take(sequence));
    }

    private Heard heard(int channel) {
        for (Heard heard : channels) {
            if (heard.channel == channel) {
                return heard;
            }
        }
        throw new IllegalStateException("user " + user + " is not in channel " + channel);
    }

    private static int after(byte[] key, ByteBuf text) {
        int at = text.indexOf(text.readerIndex(), text.writerIndex(), key[0]);
        while (!isAt(key, text, at)) {
            at = text.indexOf(at + 1, text.writerIndex(), key[0]);
        }
        return at + key.length;
    }

    private static boolean isAt(byte[] key, ByteBuf text, int at) {
        if (at < 0 || at + key.length > text.writerIndex()) {
            throw new IllegalStateException("not an event: " + text.toString(StandardCharsets.UTF_8));
        }
        for (int i = 1; i < key.length; i++) {
            if (text.getByte(at + i) != key[i]) {
                return false;
            }
        }
        return true;
    }

    private static long number(ByteBuf text, int from) {
        long number = 0;
        for (int at = from; Character.isDigit(text.getByte(at)); at++) {
            number = number * 10 + text.getByte(at) - '0';
        }
        return number;
    }

    private static byte[] key(String key) {
        return key.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (wasReady()) {
            receipts.cancel(false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        System.err.println("connection of user " + user + ": " + failure);
        context.close();
    }
}
