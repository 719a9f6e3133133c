package com.example.chat;

import com.example.kv.KeyValueClient;
import io.touchline.core.model.UserId;
import io.touchline.core.port.UserDirectory;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Stands for an embedder's own adapter. */
record KeyValueUserDirectory(KeyValueClient client) implements UserDirectory {
    @Override
    public Map<UserId, String> names(Collection<UserId> users) {
        return users.stream()
                .filter(user -> client.has(user.value()))
                .distinct()
                .collect(Collectors.toMap(Function.identity(), UserId::value));
    }
}
