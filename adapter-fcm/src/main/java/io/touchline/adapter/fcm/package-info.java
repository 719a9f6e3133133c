/** Push by Firebase Cloud Messaging. */
@NullMarked
package io.touchline.adapter.fcm;

import org.jspecify.annotations.NullMarked;
