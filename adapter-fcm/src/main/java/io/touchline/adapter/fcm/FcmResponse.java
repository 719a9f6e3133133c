package io.touchline.adapter.fcm;

import com.google.api.client.http.LowLevelHttpResponse;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.message.BasicHeader;
import org.jspecify.annotations.Nullable;

/** An answer, as the Google libraries want to read it. */
final class FcmResponse extends LowLevelHttpResponse {
    private final int status;
    private final List<Header> headers;
    private final byte[] body;

    FcmResponse(HttpResponse answer, byte[] body) {
        status = answer.getCode();
        headers = Stream.concat(Arrays.stream(answer.getHeaders()), challenge(answer))
                .toList();
        this.body = body;
    }

    /**
     * A 401 without a challenge is not about our access token but about a key for Apple or for browsers. Google's
     * libraries would fetch a new token and send again, four times over; a challenge without an error keeps them from it.
     */
    private static Stream<Header> challenge(HttpResponse answer) {
        boolean missing = answer.getCode() == 401 && !answer.containsHeader(HttpHeaders.WWW_AUTHENTICATE);
        return missing ? Stream.of(new BasicHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"\"")) : Stream.empty();
    }

    /**
     * A 503 as 500, which means the same to us: of all answers, a 503 is what firebase-admin tries again by itself,
     * asleep on our thread.
     */
    @Override
    public int getStatusCode() {
        return status == 503 ? 500 : status;
    }

    @Override
    public String getStatusLine() {
        return "HTTP/1.1 " + getStatusCode();
    }

    /** The status as it came, for log lines, whatever the server made of the phrase. */
    @Override
    public String getReasonPhrase() {
        return Integer.toString(status);
    }

    @Override
    public InputStream getContent() {
        return new ByteArrayInputStream(body);
    }

    @Override
    public long getContentLength() {
        return body.length;
    }

    @Override
    public @Nullable String getContentEncoding() {
        return header(HttpHeaders.CONTENT_ENCODING);
    }

    @Override
    public @Nullable String getContentType() {
        return header(HttpHeaders.CONTENT_TYPE);
    }

    @Override
    public int getHeaderCount() {
        return headers.size();
    }

    @Override
    public String getHeaderName(int index) {
        return headers.get(index).getName();
    }

    @Override
    public String getHeaderValue(int index) {
        return headers.get(index).getValue();
    }

    private @Nullable String header(String name) {
        return headers.stream()
                .filter(header -> header.getName().equalsIgnoreCase(name))
                .findFirst()
                .map(Header::getValue)
                .orElse(null);
    }
}
