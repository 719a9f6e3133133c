package io.touchline.adapter.fcm;

import com.google.api.client.http.LowLevelHttpResponse;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An answer, as the Google libraries want to read it. */
final class FcmResponse extends LowLevelHttpResponse {
    private static final String CHALLENGE = "WWW-Authenticate";

    private final HttpResponse<byte[]> response;
    private final List<Map.Entry<String, String>> headers;

    FcmResponse(HttpResponse<byte[]> response) {
        this.response = response;
        headers =
                Stream.concat(entries(response.headers()), challenge(response)).toList();
    }

    private static Stream<Map.Entry<String, String>> entries(HttpHeaders headers) {
        return headers.map().entrySet().stream()
                .flatMap(header -> header.getValue().stream().map(value -> Map.entry(header.getKey(), value)));
    }

    /**
     * A 401 without a challenge is not about our access token but about a key for Apple or for browsers. Google's
     * libraries would fetch a new token and send again, four times over; a challenge without an error keeps them from it.
     */
    private static Stream<Map.Entry<String, String>> challenge(HttpResponse<?> response) {
        boolean missing = response.statusCode() == 401
                && response.headers().firstValue(CHALLENGE).isEmpty();
        return missing ? Stream.of(Map.entry(CHALLENGE, "Bearer realm=\"\"")) : Stream.empty();
    }

    /**
     * A 503 as 500, which means the same to us: of all answers, a 503 is what firebase-admin tries again by itself,
     * asleep on our thread.
     */
    @Override
    public int getStatusCode() {
        return response.statusCode() == 503 ? 500 : response.statusCode();
    }

    @Override
    public String getStatusLine() {
        return "HTTP/1.1 " + getStatusCode();
    }

    /** The status as it came, for log lines; the JDK's client drops the phrase itself. */
    @Override
    public String getReasonPhrase() {
        return Integer.toString(response.statusCode());
    }

    @Override
    public InputStream getContent() {
        return new ByteArrayInputStream(response.body());
    }

    @Override
    public long getContentLength() {
        return response.body().length;
    }

    @Override
    public @Nullable String getContentEncoding() {
        return header("Content-Encoding");
    }

    @Override
    public @Nullable String getContentType() {
        return header("Content-Type");
    }

    @Override
    public int getHeaderCount() {
        return headers.size();
    }

    @Override
    public String getHeaderName(int index) {
        return headers.get(index).getKey();
    }

    @Override
    public String getHeaderValue(int index) {
        return headers.get(index).getValue();
    }

    private @Nullable String header(String name) {
        return response.headers().firstValue(name).orElse(null);
    }
}
