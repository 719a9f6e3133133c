/** The chat's stores on PostgreSQL and H2: {@link io.touchline.adapter.jpa.JpaStorage} is the way in. */
@NullMarked
package io.touchline.adapter.jpa;

import org.jspecify.annotations.NullMarked;
