package io.touchline.adapter.rest;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;

/** Reads each {@link Body} and writes each {@link Answer}: JSON without reflection. */
final class JsonMessages implements HttpMessageConverter<Object> {
    @Override
    public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
        return type == Body.class; // of every kind, or another converter would try its luck
    }

    @Override
    public boolean canWrite(Class<?> type, @Nullable MediaType mediaType) {
        return Answer.class.isAssignableFrom(type) && isJson(mediaType);
    }

    @Override
    public List<MediaType> getSupportedMediaTypes() {
        return List.of(MediaType.APPLICATION_JSON);
    }

    /** Keeps no more than one byte past the bound, whatever the length was said to be. */
    @Override
    public Body read(Class<?> type, HttpInputMessage input) throws IOException {
        MediaType mediaType = input.getHeaders().getContentType();
        if (mediaType == null || !isJson(mediaType)) {
            throw Body.unsupported();
        }
        byte[] json = input.getBody().readNBytes(Body.MAX_BYTES + 1);
        if (json.length > Body.MAX_BYTES) {
            Body.drain(input.getBody());
            throw Body.tooLarge();
        }
        return Body.parse(json);
    }

    @Override
    public void write(Object answer, @Nullable MediaType mediaType, HttpOutputMessage output) throws IOException {
        byte[] json = ((Answer) answer).bytes();
        output.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        output.getHeaders().setContentLength(json.length);
        output.getBody().write(json);
    }

    private static boolean isJson(@Nullable MediaType mediaType) {
        return mediaType == null || mediaType.isCompatibleWith(MediaType.APPLICATION_JSON);
    }
}
