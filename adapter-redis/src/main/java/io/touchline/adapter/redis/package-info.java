/** {@link io.touchline.core.port.PresenceRegistry} on Redis, by Spring Data Redis and Lettuce. */
@NullMarked
package io.touchline.adapter.redis;

import org.jspecify.annotations.NullMarked;
