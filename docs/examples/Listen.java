import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/** Opens a user's socket on a standalone node and prints what arrives: {@code java docs/examples/Listen.java bob}. */
public class Listen {
    private static final String NODE = "127.0.0.1:8080";

    public static void main(String[] arguments) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest wanted = HttpRequest.newBuilder(URI.create("http://" + NODE + "/dev/token"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"user\":\"" + arguments[0] + "\"}"))
                .build();
        String token = client.send(wanted, BodyHandlers.ofString()).body().split("\"")[3];
        CountDownLatch closed = new CountDownLatch(1);
        client.newWebSocketBuilder()
                .header("Authorization", "Bearer " + token)
                .buildAsync(URI.create("ws://" + NODE + "/ws"), new Printer(closed))
                .join();
        closed.await();
    }

    private record Printer(CountDownLatch closed) implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence frame, boolean last) {
            System.out.print(frame + (last ? "\n" : ""));
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            System.out.println("closed: " + code + " " + reason);
            closed.countDown();
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            System.out.println("closed: " + failure);
            closed.countDown();
        }
    }
}
