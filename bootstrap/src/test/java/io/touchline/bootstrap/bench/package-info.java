/**
 * The benchmark: {@code mvn -q -Pbench verify}. It decides nothing about pass and fail.
 */
package io.touchline.bootstrap.bench;
