package io.touchline.adapter.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.MapOutput;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.touchline.core.port.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Sends many commands in one go and waits for their answers, on one connection of the factory's client, which closes it
 * together with itself. Spring Data's own pipelining would open a connection each time, or need a pool. In a cluster
 * Lettuce sends each server its part.
 */
final class Pipeline {
    private static final int PAGE = 2_000;

    private final LettuceConnectionFactory factory;
    private final long timeoutMillis;
    private final ReentrantLock connecting = new ReentrantLock();

    /** Whether it is a cluster, which some hide until they are given keys of two slots. */
    private volatile boolean sharded;

    private volatile @Nullable StatefulConnection<String, String> connection;

    Pipeline(LettuceConnectionFactory factory, Duration timeout) {
        this.factory = factory;
        this.timeoutMillis = timeout.toMillis();
        this.sharded = factory.isClusterAware();
    }

    /** Keys by what one script may be given of them: all of them, but of a cluster each by itself. */
    List<List<String>> together(List<String> keys) {
        return sharded || keys.isEmpty() ? keys.stream().map(List::of).toList() : List.of(keys);
    }

    /** A command and, once it ran, its answer. */
    record Ask<T>(AsyncCommand<String, String, T> command, CompletableFuture<T> future) {
        T answer() {
            return future.join();
        }
    }

    /** @param keys of one slot, or without a cluster of any */
    static Ask<List<Object>> script(String text, List<String> keys, String... arguments) {
        CommandArgs<String, String> args =
                arguments().add(text).add(keys.size()).addKeys(keys).addValues(arguments);
        return ask(CommandType.EVAL, new NestedMultiOutput<>(StringCodec.UTF8), args);
    }

    /** Reads a hash; what is none is somebody else's, and as if it were not there. */
    static Ask<Map<String, String>> hash(String key) {
        Ask<Map<String, String>> ask = ask(
                CommandType.HGETALL,
                new MapOutput<>(StringCodec.UTF8),
                arguments().addKey(key));
        return new Ask<>(ask.command(), ask.future().exceptionally(e -> nothingIfOfAnotherType(e, Map.of())));
    }

    /**
     * Runs them all, each at most once answered, in one round trip for every 2,000.
     *
     * @throws UnavailableException if one was not answered in time, or refused
     */
    void run(List<? extends Ask<?>> asks) {
        for (int from = 0; from < asks.size(); from += PAGE) {
            runPage(asks.subList(from, Math.min(from + PAGE, asks.size())));
        }
    }

    private void runPage(List<? extends Ask<?>> asks) {
        try {
            connection().dispatch(asks.stream().map(Ask::command).toList());
            CompletableFuture.allOf(asks.stream().map(Ask::future).toArray(CompletableFuture<?>[]::new))
                    .get(timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (isRefused(e.getCause(), "CROSSSLOT")) {
                sharded = true;
            }
            throw new UnavailableException("Redis did not do it: " + e.getCause(), e.getCause());
        } catch (RedisException | DataAccessException e) {
            throw new UnavailableException("Redis cannot be reached: " + e, e);
        } catch (TimeoutException e) {
            throw new UnavailableException("Redis did not answer in " + timeoutMillis + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while waiting for Redis", e);
        } finally {
            asks.forEach(ask -> ask.command().cancel(false));
        }
    }

    /** The connection, which heals itself once it was made. Whoever comes while it is being made shares its fate. */
    private StatefulConnection<String, String> connection() throws InterruptedException, TimeoutException {
        StatefulConnection<String, String> known = connection;
        return known != null ? known : firstConnection();
    }

    private StatefulConnection<String, String> firstConnection() throws InterruptedException, TimeoutException {
        boolean first = connecting.tryLock();
        if (!first && !connecting.tryLock(timeoutMillis, TimeUnit.MILLISECONDS)) {
            throw new TimeoutException("still connecting");
        }
        try {
            StatefulConnection<String, String> made = connection;
            if (made == null && !first) {
                throw new TimeoutException("connecting failed just now");
            }
            StatefulConnection<String, String> result = made != null ? made : connect();
            connection = result;
            return result;
        } finally {
            connecting.unlock();
        }
    }

    /** Spring Data's connection shows no way to send several commands at once; its client's own does. */
    private StatefulConnection<String, String> connect() {
        AbstractRedisClient client = factory.getRequiredNativeClient();
        return client instanceof RedisClusterClient cluster ? cluster.connect() : ((RedisClient) client).connect();
    }

    private static CommandArgs<String, String> arguments() {
        return new CommandArgs<>(StringCodec.UTF8);
    }

    private static <T> Ask<T> ask(
            CommandType type, CommandOutput<String, String, T> output, CommandArgs<String, String> arguments) {
        AsyncCommand<String, String, T> command = new AsyncCommand<>(new Command<>(type, output, arguments));
        return new Ask<>(command, command);
    }

    private static <T> T nothingIfOfAnotherType(Throwable failure, T nothing) {
        if (isRefused(failure, "WRONGTYPE")) {
            return nothing;
        }
        throw new CompletionException(failure);
    }

    private static boolean isRefused(@Nullable Throwable failure, String code) {
        return failure instanceof RedisCommandExecutionException refused
                && String.valueOf(refused.getMessage()).startsWith(code);
    }
}
