/**
 * The REST calls: HTTP and JSON on one side, the driving API on the other. Whatever a request may ask for is decided
 * there; here it is only read, and the answer written.
 */
@NullMarked
package io.touchline.adapter.rest;

import org.jspecify.annotations.NullMarked;
