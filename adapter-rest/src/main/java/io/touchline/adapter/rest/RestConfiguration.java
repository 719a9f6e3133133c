package io.touchline.adapter.rest;

import io.touchline.adapter.rest.ProblemException.Kind;
import io.touchline.core.Chat;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * The REST calls under {@value #BASE}, the client for browsers and the documents of both, for a Spring MVC application to
 * import. It needs three beans from outside: the {@link Chat}, a {@link JwtDecoder} that says which bearer tokens are good
 * and makes up no time of issue, and the {@link RestSettings}. Other paths keep the application's own rules. On Jetty,
 * {@link SendHandler} is a shorter way in for messages.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
@Import({
    DiscoveryController.class,
    ChannelController.class,
    MessageController.class,
    SyncController.class,
    DeviceController.class,
    PresenceController.class,
    ScriptController.class,
    DocumentController.class
})
public class RestConfiguration implements WebMvcConfigurer {
    static final String BASE = "/api/v1";

    /** Nothing but the page's own files and the two documents that it shows. */
    private static final String FILE_POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'");

    private static final Duration PREFLIGHT_KEPT = Duration.ofHours(1);

    static final String POLICY = "default-src 'none'; frame-ancestors 'none'";

    private final Problems problems = new Problems();

    @Override
    public void configureMessageConverters(HttpMessageConverters.ServerBuilder converters) {
        converters.addCustomConverter(new JsonMessages());
    }

    @Override
    public void extendHandlerExceptionResolvers(List<HandlerExceptionResolver> resolvers) {
        resolvers.add(0, problems);
    }

    /** Bearer tokens only: no session, hence no forged request to fear, and no page to log in. */
    @Bean
    @Order(1)
    SecurityFilterChain restSecurity(HttpSecurity http, JwtDecoder decoder, Chat chat, RestSettings settings) {
        return http.securityMatcher(BASE + "/**")
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .headers(RestConfiguration::headers)
                .addFilter(cors(settings.allowedOrigins()))
                .addFilterAfter(new ApiFilter(problems), CorsFilter.class)
                .addFilterAfter(new BodyLimitFilter(), AuthorizationFilter.class)
                .addFilterAfter(new ReadableFilter(), BodyLimitFilter.class)
                // a client asks the base itself where things are, before it has anybody sign in
                .authorizeHttpRequests(requests ->
                        requests.requestMatchers(BASE).permitAll().anyRequest().authenticated())
                .oauth2ResourceServer(bearer -> bearer.jwt(
                                jwt -> jwt.decoder(decoder).jwtAuthenticationConverter(token -> Caller.of(token, chat)))
                        .authenticationEntryPoint((request, response, e) -> problems.answer(response, e)))
                .build();
    }

    /** These are for everybody, and for the pages of those origins that may call. Some lie under {@value #BASE}. */
    @Bean
    @Order(0)
    SecurityFilterChain fileSecurity(HttpSecurity http, RestSettings settings) {
        return http.securityMatcher(
                        ScriptController.SCRIPT,
                        ScriptController.TYPES,
                        DocumentController.OPEN_API,
                        DocumentController.ASYNC_API,
                        DocumentController.PAGE,
                        DocumentController.PAGE_SCRIPT,
                        DocumentController.PAGE_STYLE)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .headers(headers -> headers.cacheControl(HeadersConfigurer.CacheControlConfig::disable)
                        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER))
                        .contentSecurityPolicy(policy -> policy.policyDirectives(FILE_POLICY)))
                .addFilter(cors(settings.allowedOrigins()))
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }

    /** Answers paths that are refused before any of ours is looked at. */
    @Bean
    RequestRejectedHandler rejectedRequests() {
        return (request, response, e) -> problems.answer(response, e);
    }

    private static void headers(HeadersConfigurer<HttpSecurity> headers) {
        headers.cacheControl(HeadersConfigurer.CacheControlConfig::disable)
                .addHeaderWriter((request, response) -> response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store"))
                .contentSecurityPolicy(policy -> policy.policyDirectives(POLICY));
    }

    private CorsFilter cors(List<String> origins) {
        CorsConfiguration allowed = new CorsConfiguration();
        allowed.setAllowedOrigins(origins);
        allowed.setAllowedMethods(List.of("GET", "POST", "PUT", "PATCH", "DELETE"));
        allowed.setAllowedHeaders(List.of(HttpHeaders.AUTHORIZATION, HttpHeaders.CONTENT_TYPE));
        allowed.setExposedHeaders(List.of(HttpHeaders.RETRY_AFTER));
        allowed.setMaxAge(PREFLIGHT_KEPT);
        CorsFilter filter = new CorsFilter(request -> allowed);
        filter.setCorsProcessor(new DefaultCorsProcessor() {
            @Override
            protected void rejectRequest(ServerHttpResponse response) throws IOException {
                problems.answer(
                        ((ServletServerHttpResponse) response).getServletResponse(),
                        new ProblemException(Kind.FORBIDDEN, "Pages of this origin may not call."));
            }
        });
        return filter;
    }
}
