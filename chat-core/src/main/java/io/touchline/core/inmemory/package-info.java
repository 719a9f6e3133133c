/** Every port in memory: complete, for embedding and as the reference that the contract tests run on. */
@NullMarked
package io.touchline.core.inmemory;

import org.jspecify.annotations.NullMarked;
