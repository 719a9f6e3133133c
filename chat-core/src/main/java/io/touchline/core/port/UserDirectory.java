package io.touchline.core.port;

import io.touchline.core.model.UserId;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The host application's users. Asked when users are added to a channel; must answer fast, and may be called by any
 * thread.
 */
@FunctionalInterface
public interface UserDirectory {
    /** The names of users; who is not in the answer does not exist. */
    Map<UserId, String> names(Collection<UserId> users);

    /** Everybody exists, and is called by his id. */
    static UserDirectory open() {
        return users -> users.stream().distinct().collect(Collectors.toMap(Function.identity(), UserId::value));
    }
}
