/** The driven ports: what the chat needs from the outside, and the outcomes it understands. */
@NullMarked
package io.touchline.core.port;

import org.jspecify.annotations.NullMarked;
