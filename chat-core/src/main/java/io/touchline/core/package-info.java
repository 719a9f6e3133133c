/** The driving API: what an embedder calls, and the builders that put the chat together from its ports. */
@NullMarked
package io.touchline.core;

import org.jspecify.annotations.NullMarked;
