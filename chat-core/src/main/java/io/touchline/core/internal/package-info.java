/** How it is done. Nobody outside the core may use this package. */
@NullMarked
package io.touchline.core.internal;

import org.jspecify.annotations.NullMarked;
