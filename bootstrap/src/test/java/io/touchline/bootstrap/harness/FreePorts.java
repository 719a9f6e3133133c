package io.touchline.bootstrap.harness;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Ports that nobody listens at. They lie below those that systems give to outgoing connections, so that none of these
 * takes one while a node is down.
 */
final class FreePorts {
    private static final int FIRST = 15_000;
    private static final int END = 32_000;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePorts() {}

    static int next() {
        return IntStream.generate(() -> ThreadLocalRandom.current().nextInt(FIRST, END))
                .limit(1_000)
                .filter(port -> isFree(port) && GIVEN.add(port))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
