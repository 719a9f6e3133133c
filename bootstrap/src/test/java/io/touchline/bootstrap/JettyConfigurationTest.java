package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpTester;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

class JettyConfigurationTest {
    @Test
    void aRequestWithABodyEndsAlsoWhenItFails() throws Exception {
        Server server = new Server();
        LocalConnector connector = new LocalConnector(server);
        server.addConnector(connector);
        server.setHandler(new Failing());
        JettyConfiguration.customize(server);
        server.start();
        try {
            String answer = connector.getResponse(
                    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
                    10,
                    TimeUnit.SECONDS);

            assertThat(HttpTester.parseResponse(answer).getStatus()).isEqualTo(500);
        } finally {
            server.stop();
        }
    }

    private static final class Failing extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            callback.failed(new QuietException.Exception("gone")); // which is not logged
            return true;
        }
    }
}
