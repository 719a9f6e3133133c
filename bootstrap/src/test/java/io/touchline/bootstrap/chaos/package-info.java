/** Everything breaks at random, under load. */
package io.touchline.bootstrap.chaos;
