package io.touchline.adapter.redis;

/**
 * The writes, and the reads that need Redis's clock or its run. Each touches only the keys it is given, which lie in one
 * slot, but for {@link #STAMPS} without a cluster.
 * They are sent as text, which Redis compiles once: a script that is called by its digest would be missing after every
 * restart and failover.
 * A key of another type can only be somebody else's leftover, and is replaced.
 */
final class Scripts {
    /** The user's word of a node, and what else is kept, for so long after the last registration, in milliseconds. */
    static final long KEPT_MILLIS = 300_000;

    private static final String CLOCK = "local kept = " + KEPT_MILLIS + "\n" + """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local function stamp(millis) return string.format('%.0f', millis) end
            """;

    /** Tells of a shard that where its users are is no longer what it was. No two instants have the same name. */
    private static final String CHANGED = """
            local function changed(nodes)
              redis.pcall('HSET', nodes, 'version', time[1] .. '.' .. time[2])
            end
            """;

    /** The server's own run, other after a restart or a failover: the last writes may be lost although keys are there. */
    private static final String RUN = """
            local info = redis.pcall('INFO', 'server')
            local run = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or '-'
            """;

    private static final String ONLY_A_HASH = """
            if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then redis.call('DEL', KEYS[1]) end
            """;

    /** nodes; field, lease, address, a new epoch's id → whether the lease was held, the epoch's id. */
    static final String HEARTBEAT = CLOCK + CHANGED + RUN + ONLY_A_HASH + """
            local epoch = redis.call('HGET', KEYS[1], 'epoch') or ''
            local began, id, was = string.match(epoch, '^(%d+) (%S+) (%S+)$')
            if was ~= run or tonumber(began) > now then
              id = ARGV[4]
              redis.call('HSET', KEYS[1], 'epoch', stamp(now) .. ' ' .. id .. ' ' .. run)
            end
            local ends = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^(%d+) ')
            local all = redis.call('HGETALL', KEYS[1])
            for i = 1, #all, 2 do
              local ended = string.match(all[i + 1], '^(%d+) ')
              if string.sub(all[i], 1, 5) == 'node:' and tonumber(ended or 0) < now - 2 * kept then
                redis.call('HDEL', KEYS[1], all[i])
              end
            end
            redis.call('HSET', KEYS[1], ARGV[1], stamp(now + ARGV[2]) .. ' ' .. ARGV[2] .. ' ' .. ARGV[3])
            local held = ends and tonumber(ends) > now
            if not held then changed(KEYS[1]) end
            return {held and 'held' or 'new', id}
            """;

    /** nodes; field: ends a lease that still runs. */
    static final String RETIRE = CLOCK + CHANGED + """
            local ends, rest = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^(%d+) (.+)$')
            if ends and tonumber(ends) > now then
              redis.call('HSET', KEYS[1], ARGV[1], stamp(now) .. ' ' .. rest)
              changed(KEYS[1])
            end
            return {}
            """;

    /** nodes → the time, the server's run, the hash. */
    static final String NODES = CLOCK + RUN + """
            local all = redis.pcall('HGETALL', KEYS[1])
            return {stamp(now), run, all.err and {} or all}
            """;

    /** nodes of some shards of one server → its run, and of each shard the epoch and the version, or nothing. */
    static final String STAMPS = RUN + """
            local answer = {run}
            for i, nodes in ipairs(KEYS) do
              local stamp = redis.pcall('HMGET', nodes, 'epoch', 'version')
              answer[i + 1] = stamp[1] and stamp[2] and stamp or {}
            end
            return answer
            """;

    /** api-nodes; name, lease: forgets those whose lease ended, too. */
    static final String API_HEARTBEAT = CLOCK + """
            if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then redis.call('DEL', KEYS[1]) end
            redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', stamp(now))
            redis.call('ZADD', KEYS[1], stamp(now + ARGV[2]), ARGV[1])
            return {}
            """;

    /** api-nodes; name. */
    static final String API_RETIRE = """
            redis.pcall('ZREM', KEYS[1], ARGV[1])
            return {}
            """;

    /** api-nodes → the names of the live ones. */
    static final String API_NODES = CLOCK + """
            local live = redis.pcall('ZRANGEBYSCORE', KEYS[1], '(' .. stamp(now), '+inf')
            return live.err and {} or live
            """;

    /** user, nodes; field, version: a word, and none that is too old to count stays beside it. */
    static final String REGISTER = CLOCK + CHANGED + ONLY_A_HASH + """
            local all = redis.call('HGETALL', KEYS[1])
            for i = 1, #all, 2 do
              local said = string.match(all[i + 1], '^(%d+)')
              if tonumber(said or 0) <= now - kept then redis.call('HDEL', KEYS[1], all[i]) end
            end
            if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then changed(KEYS[2]) end
            redis.call('HSET', KEYS[1], ARGV[1], stamp(now) .. ' ' .. ARGV[2])
            redis.call('PEXPIRE', KEYS[1], kept)
            return {}
            """;

    /** user, nodes; field: removes a node's word, whichever it is, and leaves a trace. */
    static final String UNREGISTER = CLOCK + CHANGED + ONLY_A_HASH + """
            redis.call('HDEL', KEYS[1], ARGV[1])
            changed(KEYS[2])
            redis.call('HSET', KEYS[1], 'gone', stamp(now))
            redis.call('PEXPIRE', KEYS[1], kept)
            return {}
            """;

    /** user, nodes; field, version: the same, only if it is that very word. */
    static final String DISPROVE = CLOCK + CHANGED + """
            if string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^%d+ (.+)$') == ARGV[2] then
              redis.call('HDEL', KEYS[1], ARGV[1])
              redis.call('HSET', KEYS[1], 'gone', stamp(now))
              changed(KEYS[2])
            end
            return {}
            """;

    private Scripts() {}
}
