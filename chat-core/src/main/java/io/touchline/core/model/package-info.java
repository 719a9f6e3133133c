/** Values of the chat: ids, events, periods, marks. Immutable, and valid once made. */
@NullMarked
package io.touchline.core.model;

import org.jspecify.annotations.NullMarked;
