package io.touchline.adapter.rest;

import io.touchline.adapter.rest.ProblemException.Kind;
import io.touchline.core.RefusedException;
import io.touchline.core.port.UnavailableException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Answers whatever was thrown, in the controllers, before them or around them, so that every error looks alike. Says
 * nothing of the program's inside: what is not expected goes to the log, under a reference that the caller is told.
 */
final class Problems implements HandlerExceptionResolver {
    private static final System.Logger LOG = System.getLogger(Problems.class.getName());

    /** Answers errors of our own paths; a host's other paths keep its own way. */
    @Override
    public @Nullable ModelAndView resolveException(
            HttpServletRequest request, HttpServletResponse response, @Nullable Object handler, Exception e) {
        boolean ours = request.getRequestURI().startsWith(request.getContextPath() + RestConfiguration.BASE);
        if (!ours || e instanceof IOException || response.isCommitted()) {
            return null; // after an IOException nobody listens any more
        }
        try {
            answer(response, e);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
        return new ModelAndView();
    }

    void answer(HttpServletResponse response, Throwable e) throws IOException {
        ProblemException problem = problem(e);
        byte[] body = problem.bytes();
        response.resetBuffer();
        response.setStatus(problem.status());
        problem.headers().forEach((name, values) -> response.setHeader(name, String.join(", ", values)));
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** What a caller is told of it. */
    static ProblemException problem(Throwable e) {
        if (e instanceof ProblemException problem) {
            return problem;
        }
        if (e instanceof RefusedException refused) {
            return refused(refused);
        }
        if (e instanceof UnavailableException || e instanceof AuthenticationServiceException) {
            return unavailable(e);
        }
        if (e instanceof AuthenticationException unauthenticated) {
            return unauthenticated(unauthenticated);
        }
        if (e instanceof HttpMessageNotReadableException) {
            return Body.brokenOff();
        }
        if (e instanceof RequestRejectedException) {
            return new ProblemException(Kind.INVALID_REQUEST, "The path or a header holds what none of ours does.");
        }
        if (e instanceof ErrorResponse http && http.getStatusCode().is4xxClientError()) {
            return http(http);
        }
        return defect(e);
    }

    private static ProblemException refused(RefusedException e) {
        String detail = String.valueOf(e.getMessage());
        String field = e.field();
        Kind kind = switch (e.reason()) {
            case INVALID -> Kind.INVALID_REQUEST;
            case NOT_FOUND -> Kind.NOT_FOUND;
            case FORBIDDEN -> Kind.FORBIDDEN;
            case CONFLICT -> Kind.CONFLICT;
        };
        if (field == null) {
            return new ProblemException(kind, detail);
        }
        return kind == Kind.INVALID_REQUEST
                ? ProblemException.invalid(field, detail)
                : ProblemException.of(kind, field, detail);
    }

    private static ProblemException unavailable(Throwable e) {
        LOG.log(System.Logger.Level.WARNING, "answered 503: {0}", e.getMessage());
        return new ProblemException(Kind.UNAVAILABLE, "This cannot be done just now: try again.")
                .with(HttpHeaders.RETRY_AFTER, "1");
    }

    private static ProblemException unauthenticated(AuthenticationException e) {
        if (e instanceof OAuth2AuthenticationException bearer) {
            return new ProblemException(Kind.UNAUTHENTICATED, whatIsWrong(bearer))
                    .with(
                            HttpHeaders.WWW_AUTHENTICATE,
                            "Bearer error=\"" + bearer.getError().getErrorCode() + '"');
        }
        return new ProblemException(Kind.UNAUTHENTICATED, "This needs a bearer token.")
                .with(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }

    /** A validator's word for it is for the caller; what a parser says of a broken token is not. */
    private static String whatIsWrong(OAuth2AuthenticationException e) {
        if (e.getCause() instanceof JwtValidationException invalid) {
            return "The bearer token is not valid: "
                    + invalid.getErrors().iterator().next().getDescription();
        }
        return e.getCause() == null ? String.valueOf(e.getMessage()) : "The bearer token cannot be verified.";
    }

    private static ProblemException http(ErrorResponse e) {
        ProblemException problem = switch (e.getStatusCode().value()) {
            case 404 -> new ProblemException(Kind.NOT_FOUND, "There is nothing at this path.");
            case 405 ->
                new ProblemException(
                        Kind.METHOD_NOT_ALLOWED, "This path knows other methods: the header Allow names them.");
            case 406 -> new ProblemException(Kind.NOT_ACCEPTABLE, "Answers are application/json: accept that.");
            case 413 -> Body.tooLarge();
            case 415 -> Body.unsupported();
            default -> new ProblemException(Kind.INVALID_REQUEST, "The request cannot be understood.");
        };
        return problem.with(e.getHeaders());
    }

    private static ProblemException defect(Throwable e) {
        String reference = UUID.randomUUID().toString();
        LOG.log(System.Logger.Level.ERROR, "answered 500, reference " + reference, e);
        return new ProblemException(
                Kind.INTERNAL_ERROR,
                "Something went wrong here. If you report it, give the reference " + reference + ".");
    }
}
