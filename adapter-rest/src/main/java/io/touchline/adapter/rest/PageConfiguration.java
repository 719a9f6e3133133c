package io.touchline.adapter.rest;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.zip.CRC32;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.header.HeaderWriter;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.CrossOriginOpenerPolicyHeaderWriter.CrossOriginOpenerPolicy;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * The page at {@code /}, for an application that has imported {@link RestConfiguration} and wants it. It needs one more
 * bean from outside, the {@link PageSettings}.
 */
@Configuration(proxyBeanMethods = false)
@Import(PageController.class)
public class PageConfiguration implements WebMvcConfigurer {
    static final String FILES = "/page/";

    private static final String PLACE = "classpath:/io/touchline/adapter/rest/page/";

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        // asked for again each time, so that after an upgrade no old part is used with new ones; a tag and not the
        // time,
        // which is the same in all builds
        registry.addResourceHandler(FILES + "**")
                .addResourceLocations(PLACE)
                .setCacheControl(CacheControl.noCache())
                .setUseLastModified(false)
                .setEtagGenerator(PageConfiguration::tag);
    }

    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        registry.addViewController("/").setViewName("forward:" + FILES + "index.html");
    }

    /** Everybody may see the page; it is the calls that it makes which need a token. */
    @Bean
    @Order(1)
    SecurityFilterChain pageSecurity(HttpSecurity http, RestSettings settings) {
        return http.securityMatcher("/", FILES + "**")
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .anonymous(AbstractHttpConfigurer::disable)
                .headers(headers -> headers(headers, settings))
                .build();
    }

    private static void headers(HeadersConfigurer<HttpSecurity> headers, RestSettings settings) {
        headers.cacheControl(HeadersConfigurer.CacheControlConfig::disable)
                .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER))
                .crossOriginOpenerPolicy(opener -> opener.policy(CrossOriginOpenerPolicy.SAME_ORIGIN))
                .addHeaderWriter(contentSecurityPolicy(settings))
                .withObjectPostProcessor(new ObjectPostProcessor<HeaderWriterFilter>() {
                    @Override
                    public <F extends HeaderWriterFilter> F postProcess(F filter) {
                        // else Jetty has sent the headers with a file's first piece, which is larger on JDK 25
                        filter.setShouldWriteHeadersEagerly(true);
                        return filter;
                    }
                });
    }

    /** Nothing but the page's own files, the calls of this server, and the sockets it tells of. */
    private static HeaderWriter contentSecurityPolicy(RestSettings settings) {
        return (request, response) -> response.setHeader(
                "Content-Security-Policy",
                String.join(
                        "; ",
                        "default-src 'none'",
                        "script-src 'self'",
                        "style-src 'self'",
                        "img-src 'self' data:",
                        "connect-src 'self' " + sockets(settings, request),
                        "base-uri 'none'",
                        "form-action 'none'",
                        "frame-ancestors 'none'",
                        "require-trusted-types-for 'script'",
                        "trusted-types 'none'"));
    }

    private static String sockets(RestSettings settings, HttpServletRequest request) {
        URI socket = URI.create(settings.socketUrl(request));
        return socket.getScheme() + "://" + socket.getRawAuthority();
    }

    private static String tag(Resource file) {
        CRC32 sum = new CRC32();
        try {
            sum.update(file.getContentAsByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Long.toHexString(sum.getValue());
    }
}
