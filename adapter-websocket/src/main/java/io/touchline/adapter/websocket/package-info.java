/**
 * WebSocket connections of clients, on Jetty beneath Spring, and the forwarding between nodes: both ends of it, the
 * client {@link io.touchline.adapter.websocket.HttpSocketRouter} and the server {@link
 * io.touchline.adapter.websocket.NodeServer}.
 */
@NullMarked
package io.touchline.adapter.websocket;

import org.jspecify.annotations.NullMarked;
