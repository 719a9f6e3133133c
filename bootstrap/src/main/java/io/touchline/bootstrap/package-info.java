/** Wiring and configuration: the only room that knows everybody. */
@NullMarked
package io.touchline.bootstrap;

import org.jspecify.annotations.NullMarked;
