package io.touchline.adapter.websocket;

import java.lang.reflect.Field;
import java.util.Map;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.UpgradeResponse;
import org.jspecify.annotations.Nullable;

/**
 * Lets go of what Jetty 12.1 keeps of a handshake. The headers of its answer are a view that holds the whole HTTP
 * exchange, about 6 KiB a connection, nearly half of all that an idle one takes; nobody reads them any more. There is no
 * public way. Where this one is closed, connections are larger and all else is the same.
 */
final class JettyMemory {
    static final @Nullable Field HEADERS = headers();

    private JettyMemory() {}

    static void release(Session session) {
        UpgradeResponse answer = session.getUpgradeResponse();
        if (HEADERS == null || !HEADERS.getDeclaringClass().isInstance(answer)) {
            return;
        }
        try {
            HEADERS.set(answer, Map.of());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("it was made accessible", e);
        }
    }

    private static @Nullable Field headers() {
        try {
            Field headers = Class.forName("org.eclipse.jetty.websocket.server.internal.CompletedUpgradeResponse")
                    .getDeclaredField("_headers");
            headers.setAccessible(true);
            return headers;
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }
}
