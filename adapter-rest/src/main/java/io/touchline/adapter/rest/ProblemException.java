package io.touchline.adapter.rest;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import tools.jackson.core.JsonGenerator;

/** An error that a caller is told of, by RFC 9457. */
final class ProblemException extends RuntimeException implements Answer {
    /** What kinds of error there are. */
    enum Kind {
        INVALID_REQUEST(400, "Invalid request"),
        UNAUTHENTICATED(401, "Not authenticated"),
        FORBIDDEN(403, "Forbidden"),
        NOT_FOUND(404, "Not found"),
        METHOD_NOT_ALLOWED(405, "Method not allowed"),
        NOT_ACCEPTABLE(406, "Not acceptable"),
        CONFLICT(409, "Conflict"),
        BODY_TOO_LARGE(413, "Body too large"),
        UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
        INTERNAL_ERROR(500, "Internal error"),
        UNAVAILABLE(503, "Unavailable");

        final int status;
        final String title;

        Kind(int status, String title) {
            this.status = status;
            this.title = title;
        }

        String uri() {
            return "urn:touchline:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Kind kind;
    private final String detail;
    private final @Nullable String field;
    private final String message;
    private final HttpHeaders headers = new HttpHeaders();

    private ProblemException(Kind kind, String detail, @Nullable String field, String message) {
        super(detail, null, false, false); // an answer, not a defect: nobody needs to know where it was made
        this.kind = kind;
        this.detail = detail;
        this.field = field;
        this.message = message;
    }

    ProblemException(Kind kind, String detail) {
        this(kind, detail, null, detail);
    }

    /** A part of the request that makes no sense. */
    static ProblemException invalid(String field, String message) {
        return new ProblemException(Kind.INVALID_REQUEST, field + ": " + message, field, message);
    }

    /** An error that lies in one field, though the request makes sense. */
    static ProblemException of(Kind kind, String field, String detail) {
        return new ProblemException(kind, detail, field, detail);
    }

    ProblemException with(String header, String value) {
        headers.set(header, value);
        return this;
    }

    ProblemException with(HttpHeaders more) {
        headers.putAll(more);
        return this;
    }

    int status() {
        return kind.status;
    }

    HttpHeaders headers() {
        return headers;
    }

    @Override
    public void write(JsonGenerator out) {
        out.writeStartObject();
        out.writeStringProperty("type", kind.uri());
        out.writeStringProperty("title", kind.title);
        out.writeNumberProperty("status", kind.status);
        out.writeStringProperty("detail", detail);
        if (field != null) {
            out.writeArrayPropertyStart("errors");
            out.writeStartObject();
            out.writeStringProperty("field", field);
            out.writeStringProperty("message", message);
            out.writeEndObject();
            out.writeEndArray();
        }
        out.writeEndObject();
    }
}
