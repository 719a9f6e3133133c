package io.touchline.bootstrap.history;

import io.touchline.adapter.fcm.FcmServer;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;

/**
 * Where clients find the cluster; asked for anew with every call and every connection.
 *
 * @param apis base addresses of the API nodes, one at least, whether they run or not
 * @param sockets addresses of the chat nodes' {@code /ws}, one at least, whether they run or not
 * @param fcm what the API nodes push to
 */
public record Places(Supplier<List<URI>> apis, Supplier<List<URI>> sockets, FcmServer fcm) {}
