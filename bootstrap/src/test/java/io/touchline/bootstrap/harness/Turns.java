package io.touchline.bootstrap.harness;

/** The order of the classes, by {@link org.junit.jupiter.api.Order}: first one that goes on beside those that mostly wait. */
public final class Turns {
    public static final int BESIDE_OTHERS = 1;
    public static final int MOSTLY_WAITING = 2;

    private Turns() {}
}
