package io.touchline.adapter.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.Chat;
import io.touchline.core.inmemory.InMemoryPresenceRegistry;
import io.touchline.core.inmemory.InMemoryPushNotifier;
import io.touchline.core.inmemory.InMemoryStorage;
import io.touchline.core.model.Channel;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.DeliveryState;
import io.touchline.core.model.Page;
import io.touchline.core.model.Participant;
import io.touchline.core.model.UserId;
import io.touchline.core.port.ChannelDirectory;
import io.touchline.core.port.ForwardResult;
import io.touchline.core.port.UnavailableException;
import io.touchline.core.testkit.ForwardingRouter;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.MappedJwtClaimSetConverter;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.filter.DelegatingFilterProxy;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * The REST calls in a real servlet container, in front of a whole chat in memory. One for all tests: each uses users and
 * channels of its own. Its time stands still.
 */
final class RestServer {
    static final String NOW = "2026-01-02T03:04:05.006Z";
    static final String ORIGIN = "https://chat.example.com";

    /** Lists of users with these beginnings fail. */
    static final String AWAY = "away-";

    static final String BROKEN = "broken-";

    /** A token that nobody can check just now. */
    static final String UNCHECKED = "unchecked";

    private static final Clock CLOCK = Clock.fixed(Instant.parse(NOW), ZoneOffset.UTC);
    private static final SecretKey KEY = new SecretKeySpec(
            "a secret of at least 32 bytes, for tests".getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    private static final JwtEncoder TOKENS =
            NimbusJwtEncoder.withSecretKey(KEY).algorithm(MacAlgorithm.HS256).build();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    static final InMemoryStorage STORAGE = new InMemoryStorage(CLOCK);
    private static final AnnotationConfigWebApplicationContext APPLICATION =
            new AnnotationConfigWebApplicationContext();
    static final Chat CHAT = chat();
    private static final JwtDecoder DECODER = decoder();
    private static final URI BASE = start();

    private RestServer() {}

    @Configuration(proxyBeanMethods = false)
    @EnableWebMvc
    static class Mvc {}

    private static URI start() {
        try {
            Server server = new Server(new InetSocketAddress("localhost", 0));
            ServletContextHandler context = new ServletContextHandler();
            install(context);
            server.setHandler(new SendHandler(context, () -> CHAT, RestServer::known));
            server.start();
            return server.getURI();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void install(ServletContextHandler context) {
        AnnotationConfigWebApplicationContext app = APPLICATION;
        app.setServletContext(context.getServletContext());
        app.register(Mvc.class, RestConfiguration.class, PageConfiguration.class);
        app.addBeanFactoryPostProcessor(beans -> {
            beans.registerSingleton("chat", CHAT);
            beans.registerSingleton("decoder", DECODER);
            beans.registerSingleton(
                    "settings", new RestSettings("wss://chat.example.com/ws", "1.2.3", List.of(ORIGIN)));
            beans.registerSingleton("pageSettings", new PageSettings(false));
        });
        context.addServlet(new ServletHolder(new DispatcherServlet(app)), "/");
        context.addFilter(
                new FilterHolder(new DelegatingFilterProxy("springSecurityFilterChain", app)),
                "/*",
                EnumSet.of(DispatcherType.REQUEST));
    }

    private static Chat chat() {
        return Chat.builder()
                .storage(
                        STORAGE.messages(),
                        new FailingDirectory(STORAGE.channels()),
                        STORAGE.ledger(),
                        STORAGE.devices(),
                        STORAGE.users())
                .presence(new InMemoryPresenceRegistry(CLOCK))
                .router(ForwardingRouter.of((node, deliveries) -> new ForwardResult.Forwarded(Set.of(), List.of())))
                .push(new InMemoryPushNotifier())
                .encoder(new JsonEventEncoder())
                .clock(CLOCK)
                .build();
    }

    private static JwtDecoder decoder() {
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withSecretKey(KEY)
                .macAlgorithm(MacAlgorithm.HS256)
                .build();
        decoder.setClaimSetConverter(RestServer::claims);
        return token -> {
            if (token.equals(UNCHECKED)) {
                throw new JwtException("the key server is away");
            }
            return decoder.decode(token);
        };
    }

    /** Any good token. */
    static @Nullable Jwt known(String token) {
        try {
            return DECODER.decode(token);
        } catch (JwtException e) {
            return null;
        }
    }

    /** Nothing made up. */
    private static Map<String, Object> claims(Map<String, Object> said) {
        Map<String, Object> claims =
                MappedJwtClaimSetConverter.withDefaults(Map.of()).convert(said);
        claims.keySet().retainAll(said.keySet());
        return claims;
    }

    private record FailingDirectory(ChannelDirectory real) implements ChannelDirectory {
        @Override
        public Optional<Channel> channel(UserId reader, ChannelId channel) {
            return real.channel(reader, channel);
        }

        @Override
        public Page<Channel> channels(UserId user, String cursor, int limit) {
            if (user.value().startsWith(AWAY)) {
                throw new UnavailableException("no connection", null);
            }
            if (user.value().startsWith(BROKEN)) {
                throw new IllegalStateException("what nobody outside may read");
            }
            return real.channels(user, cursor, limit);
        }

        @Override
        public Optional<Page<Participant>> participants(ChannelId channel, UserId reader, String cursor, int limit) {
            return real.participants(channel, reader, cursor, limit);
        }

        @Override
        public Optional<Page<DeliveryState>> deliveries(
                ChannelId channel, long sequence, UserId reader, String cursor, int limit) {
            return real.deliveries(channel, sequence, reader, cursor, limit);
        }

        @Override
        public Map<UserId, Integer> unread(Collection<UserId> users) {
            return real.unread(users);
        }

        @Override
        public boolean mute(UserId user, ChannelId channel, Instant until) {
            return real.mute(user, channel, until);
        }
    }

    /** What is mapped to a method of ours, such as {@code GET /api/v1}. */
    static Set<String> routes() {
        send(request("")); // the application starts with the first
        Set<String> routes = new TreeSet<>();
        APPLICATION
                .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .keySet()
                .forEach(mapping -> mapping.getPatternValues()
                        .forEach(path -> mapping.getMethodsCondition()
                                .getMethods()
                                .forEach(method -> routes.add(method + " " + path))));
        return routes;
    }

    static int port() {
        return BASE.getPort();
    }

    /** An id that no other test uses. */
    static String fresh(String beginning) {
        return beginning + UUID.randomUUID();
    }

    static String token(String user) {
        return token(claims -> claims.subject(user));
    }

    static String administrator(String user) {
        return token(claims -> claims.subject(user).claim("scope", "profile chat.admin"));
    }

    static String token(Consumer<JwtClaimsSet.Builder> content) {
        JwtClaimsSet.Builder claims =
                JwtClaimsSet.builder().expiresAt(Instant.now().plus(Duration.ofMinutes(5)));
        content.accept(claims);
        return TOKENS.encode(JwtEncoderParameters.from(
                        JwsHeader.with(MacAlgorithm.HS256).build(), claims.build()))
                .getTokenValue();
    }

    static HttpResponse<String> get(String user, String path) {
        return send(request(path).header("Authorization", "Bearer " + token(user)));
    }

    static HttpResponse<String> call(String user, String method, String path, String json) {
        return send(authorized(token(user), path)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(json)));
    }

    static HttpResponse<String> call(String user, String method, String path) {
        return send(authorized(token(user), path).method(method, BodyPublishers.noBody()));
    }

    static HttpRequest.Builder authorized(String token, String path) {
        return request(path).header("Authorization", "Bearer " + token);
    }

    static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(BASE + "api/v1" + path)).timeout(Duration.ofSeconds(20));
    }

    /** Sent in chunks, its length untold. */
    static BodyPublisher chunked(String text) {
        BodyPublisher known = BodyPublishers.ofString(text);
        return BodyPublishers.fromPublisher(known);
    }

    static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A channel of these users, made by the first. */
    static String channelOf(String maker, String... others) {
        String id = fresh("c-");
        String participants = others.length == 0 ? "" : '"' + String.join("\",\"", others) + '"';
        HttpResponse<String> made =
                call(maker, "POST", "/channels", "{\"id\":\"" + id + "\",\"participants\":[" + participants + "]}");
        assertThat(made.statusCode()).isEqualTo(201);
        return id;
    }

    static void assertAnswer(HttpResponse<String> response, int status, String json) {
        assertThat(response.body()).isEqualTo(json);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().allValues("Content-Type")).containsExactly("application/json");
    }

    static void assertNoContent(HttpResponse<String> response) {
        assertThat(response.body()).isEmpty();
        assertThat(response.statusCode()).isEqualTo(204);
    }

    static void assertInvalid(HttpResponse<String> response, String field, String message) {
        assertProblem(
                response,
                400,
                "invalid-request",
                "Invalid request",
                field + ": " + message,
                ",\"errors\":[{\"field\":\"" + field + "\",\"message\":\"" + message + "\"}]");
    }

    static void assertNoChannel(HttpResponse<String> response) {
        assertProblem(
                response,
                404,
                "not-found",
                "Not found",
                "There is no such channel, or you do not take part in it.",
                "");
    }

    static void assertProblem(
            HttpResponse<String> response, int status, String type, String title, String detail, String more) {
        assertThat(response.body())
                .isEqualTo("{\"type\":\"urn:touchline:problem:" + type + "\",\"title\":\"" + title + "\",\"status\":"
                        + status + ",\"detail\":\"" + detail + '"' + more + '}');
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().allValues("Content-Type")).containsExactly("application/problem+json");
    }
}
