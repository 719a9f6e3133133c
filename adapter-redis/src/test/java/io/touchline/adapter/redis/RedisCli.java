package io.touchline.adapter.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;

/** Looks into a Redis, and lets time pass there, as no program of ours would. */
final class RedisCli implements AutoCloseable {
    /** As every value begins with a time, moving all of them into the past, and the expiries too, is as good as waiting. */
    private static final String INTO_THE_PAST = """
            for _, key in ipairs(redis.call('KEYS', '*')) do
              local sorted = redis.call('TYPE', key).ok == 'zset'
              for _, name in ipairs(sorted and redis.call('ZRANGE', key, 0, -1) or {}) do
                redis.call('ZINCRBY', key, -ARGV[1], name)
              end
              local all = sorted and {} or redis.call('HGETALL', key)
              for i = 1, #all, 2 do
                local time, rest = string.match(all[i + 1], '^(%d+)(.*)$')
                if all[i] ~= 'version' then time = string.format('%.0f', time - ARGV[1]) end
                redis.call('HSET', key, all[i], time .. rest .. (all[i] == 'version' and 'm' or ''))
              end
              local left = redis.call('PTTL', key)
              if left >= 0 then redis.call('PEXPIRE', key, left - ARGV[1]) end
            end
            return 'OK'
            """;

    private final RedisClient client;
    private final RedisCommands<String, String> commands;

    RedisCli(int port) {
        client = RedisClient.create(RedisURI.create("127.0.0.1", port));
        commands = client.connect().sync();
    }

    RedisCommands<String, String> commands() {
        return commands;
    }

    void pass(Duration time) {
        commands.eval(INTO_THE_PAST, ScriptOutputType.STATUS, new String[0], Long.toString(time.toMillis()));
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }
}
