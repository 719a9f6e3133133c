package io.touchline.bootstrap.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.touchline.bootstrap.bench.Heard.Arrival;
import io.touchline.bootstrap.harness.Await;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.Rest;
import io.touchline.bootstrap.harness.Tokens;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Users who are all connected to one chat node, and send by one API node. All of them live on one event loop, which
 * costs least and needs no lock: what is measured shares the machine with what measures.
 */
final class Generator implements AutoCloseable, Receiver.Listener {
    private static final int CONTENT_BYTES = 100;
    private static final int CONNECTING = 50;
    private static final int MAX_FRAME_BYTES = 64 * 1024;
    private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(60);

    /** What comes again only once its receipt is overdue comes late; after that it is lost. */
    private static final Duration QUIET = Duration.ofSeconds(12);

    private static final Duration SETTLE_DEADLINE = Duration.ofSeconds(60);

    private final Node api;
    private final Node socket;
    private final int users;
    private final Supplier<Duration> serverTime;
    private final EventLoopGroup loop;
    private final Bootstrap bootstrap;
    private final Posts posts;
    private final List<List<Heard>> heard;
    private final List<HttpHeaders> headers;
    private final Queue<Integer> away;
    private int channels;
    private int connecting;
    private int ready;
    private Run run;

    /** @param serverTime how much CPU time the servers have used so far */
    Generator(Node api, Node socket, int users, Supplier<Duration> serverTime) {
        this.api = api;
        this.socket = socket;
        this.users = users;
        this.serverTime = serverTime;
        IoHandlerFactory io = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        loop = new MultiThreadIoEventLoopGroup(1, io);
        bootstrap = new Bootstrap()
                .group(loop)
                .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true);
        posts = new Posts(
                bootstrap.clone().remoteAddress(api.uri().getHost(), api.uri().getPort()),
                (number, created) -> run.answered(number, created));
        heard = Stream.generate(() -> (List<Heard>) new ArrayList<Heard>())
                .limit(users)
                .toList();
        away = IntStream.range(0, users).boxed().collect(Collectors.toCollection(ArrayDeque::new));
        headers = IntStream.range(0, users).mapToObj(this::headers).toList();
        run = new Run(new Channels(0, 1, users, users), 1, 0, Duration.ZERO, Duration.ZERO);
    }

    /** Makes channels of so many members each; before anybody is connected. */
    Channels create(int count, int members) {
        Channels made = new Channels(channels, count, members, users);
        for (int channel = made.first(); channel < made.end(); channel++) {
            int number = channel;
            List<Integer> all = IntStream.range(0, members)
                    .map(place -> made.member(number, place))
                    .boxed()
                    .toList();
            Rest maker = api.as(name(all.get(0)));
            maker.createChannel(
                    Channels.name(number), all.stream().map(Generator::name).toList());
            all.forEach(user -> heard.get(user).add(new Heard(number)));
        }
        channels = made.end();
        return made;
    }

    /** Connects every user who is not. */
    private void connect() {
        Await.until("everybody to be connected", CONNECT_DEADLINE, () -> onLoop(this::connectSome) == users);
    }

    private int connectSome() {
        while (connecting < CONNECTING && !away.isEmpty()) {
            connecting++;
            connect(away.remove());
        }
        return ready;
    }

    private void connect(int user) {
        URI uri = socket.socketUri();
        var config = WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(uri)
                .customHeaders(headers.get(user))
                .maxFramePayloadLength(MAX_FRAME_BYTES)
                .generateOriginHeader(false)
                .withUTF8Validator(false)
                .build();
        Receiver receiver = new Receiver(user, heard.get(user), this);
        bootstrap
                .clone()
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        new HttpClientCodec(),
                                        new HttpObjectAggregator(MAX_FRAME_BYTES),
                                        new WebSocketClientProtocolHandler(config),
                                        receiver);
                    }
                })
                .connect(uri.getHost(), uri.getPort())
                .channel()
                .closeFuture()
                .addListener(closed -> ended(user, receiver.wasReady()));
    }

    /** Sends at a steady rate, and waits for everything to arrive. Who has lost his connection before is back again. */
    Figures run(String what, Channels where, double rate, Duration warmUp, Duration measured) {
        connect();
        Run fresh = onLoop(() -> run = new Run(where, rate, run.next(), warmUp, measured));
        loop.execute(() -> send(fresh));
        sleepUntil(fresh.measuredFrom);
        Duration servers = serverTime.get();
        Duration generator = Cpu.of(ProcessHandle.current());
        sleepUntil(fresh.end);
        Duration serversUsed = serverTime.get().minus(servers);
        Duration generatorUsed = Cpu.of(ProcessHandle.current()).minus(generator);
        Await.until("everything to settle", SETTLE_DEADLINE, () -> onLoop(() -> fresh.isSettled(QUIET)));
        return onLoop(() -> fresh.figures(what, serversUsed, generatorUsed));
    }

    private void send(Run now) {
        while (!now.isOver() && now.due() <= System.nanoTime()) {
            int number = now.issue();
            posts.send(request(number, now.channel(number), now.sender(number)), number);
        }
        if (!now.isOver()) {
            loop.schedule(() -> send(now), now.due() - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    private FullHttpRequest request(int number, int channel, int sender) {
        String content = String.valueOf(Receiver.MARK) + number + " ";
        String body = "{\"content\":\"" + content + "x".repeat(CONTENT_BYTES - content.length()) + "\"}";
        ByteBuf bytes = Unpooled.wrappedBuffer(body.getBytes(StandardCharsets.US_ASCII));
        HttpHeaders all = headers.get(sender).copy().set(HttpHeaderNames.CONTENT_LENGTH, bytes.readableBytes());
        String path = "/api/v1/channels/" + Channels.name(channel) + "/messages";
        return new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.POST, path, bytes, all, EmptyHttpHeaders.INSTANCE);
    }

    private HttpHeaders headers(int user) {
        return DefaultHttpHeadersFactory.headersFactory()
                .withValidation(false)
                .newHeaders()
                .set(HttpHeaderNames.HOST, api.uri().getAuthority())
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .set(HttpHeaderNames.AUTHORIZATION, "Bearer " + Tokens.of(name(user)));
    }

    private static String name(int user) {
        return Channels.PREFIX + user;
    }

    private void ended(int user, boolean wasReady) {
        if (wasReady) {
            ready--;
            run.closed();
        } else {
            connecting--;
        }
        heard.get(user).forEach(Heard::leave);
        away.add(user);
    }

    @Override
    public void ready() {
        connecting--;
        ready++;
        connectSome();
    }

    @Override
    public void arrived(int number, int user, Arrival arrival) {
        run.arrived(number, user, arrival);
    }

    private <T> T onLoop(Callable<T> task) {
        return loop.submit(task).syncUninterruptibly().getNow();
    }

    private static void sleepUntil(long nanoTime) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanoTime - System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Drops every connection. */
    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
