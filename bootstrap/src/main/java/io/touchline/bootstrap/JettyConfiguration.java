package io.touchline.bootstrap;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.server.handler.EagerContentHandler.RetainedContentLoaderFactory;
import org.eclipse.jetty.util.Callback;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes the web server wait for slow clients without a thread, and refuse in the form that all errors have. */
@Configuration(proxyBeanMethods = false)
class JettyConfiguration {
    /** More than the longest body that is taken, so that a request holds a thread only once its body is there. */
    private static final long MAX_RETAINED = 132 * 1024;

    /** What a chunk costs beside its bytes, so that a body in tiny chunks cannot hold much more than its length. */
    private static final int FRAMING_OVERHEAD = 64;

    @Bean
    static WebServerFactoryCustomizer<JettyServletWebServerFactory> patientJetty() {
        return factory -> factory.addServerCustomizers(JettyConfiguration::customize);
    }

    static void customize(Server server) {
        RetainedContentLoaderFactory whole = new RetainedContentLoaderFactory(MAX_RETAINED, FRAMING_OVERHEAD, false);
        server.setHandler(new EagerContentHandler(new FailureTelling(server.getHandler()), whole));
        server.setErrorHandler(JettyConfiguration::refuse);
        rememberNoHeaders(server);
    }

    /** By default 96 KiB of memory for each connection that is kept, to make out a header again that came before. */
    private static void rememberNoHeaders(Server server) {
        for (Connector connector : server.getConnectors()) {
            connector.getConnectionFactories().stream()
                    .filter(HttpConfiguration.ConnectionFactory.class::isInstance)
                    .map(HttpConfiguration.ConnectionFactory.class::cast)
                    .forEach(http -> http.getHttpConfiguration().setHeaderCacheSize(0));
        }
    }

    /**
     * The callback that {@link EagerContentHandler} hands on, which is the request too, keeps a failure to itself (Jetty
     * 12.1.13): a request whose client went away early would never end. The request's own way to fail tells it.
     */
    private static final class FailureTelling extends Handler.Wrapper {
        FailureTelling(Handler handler) {
            super(handler);
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            Callback telling = callback == request
                    ? Callback.from(callback.getInvocationType(), callback::succeeded, request::fail)
                    : callback;
            return super.handle(request, response, telling);
        }
    }

    /** For requests that reach none of our own code, such as those whose path is ambiguous. */
    private static boolean refuse(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/problem+json");
        String problem = """
                {"type":"about:blank","title":"%s","status":%d,"detail":"The server cannot take such a request."}""".formatted(HttpStatus.getMessage(status), status);
        Content.Sink.write(response, true, problem, callback);
        return true;
    }
}
