package io.touchline.core.port;

import org.jspecify.annotations.Nullable;

/**
 * What stands behind a port did not answer in time, or refused just now: try again later. Whether the call took effect
 * is not known. Every other exception from a port is a defect of the caller or the adapter, and trying again is no use.
 */
public final class UnavailableException extends RuntimeException {
    public UnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
