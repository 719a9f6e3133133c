/**
 * What clients did and saw while nodes were killed and lines were cut, and a checker that holds it against the contract.
 *
 * <p>A {@link io.touchline.bootstrap.history.Workload} runs clients that keep the contract and records what happens to
 * them in a {@link io.touchline.bootstrap.history.History}; the {@link io.touchline.bootstrap.history.Checker} reads it
 * afterwards and knows nothing else.
 */
package io.touchline.bootstrap.history;
