package io.moka.apiserver.front.http;

import io.moka.apiserver.core.request.BodyBudget;
import java.nio.file.Path;

/// The address, port and certificate of the listening socket, and the limits for clients. Port 0 uses a free one.
///
/// @param maxStreams   the number of concurrent streams of one HTTP/2 connection
/// @param goAwayChance the probability that a request over HTTP/2 makes the client reconnect
/// @param bodyBytes    the memory for the bodies of all requests together, in bytes
public record FrontendOptions(String bindAddress, int port, Path certFile, Path keyFile, ClientTimeouts patience, int maxStreams, double goAwayChance, long bodyBytes) {
    /// Go's default number of concurrent streams.
    public static final int USUAL_STREAMS = 250;

    /// Creates options with a body budget that suits the heap.
    public FrontendOptions(String bindAddress, int port, Path certFile, Path keyFile, ClientTimeouts patience, int maxStreams, double goAwayChance) {
        this(bindAddress, port, certFile, keyFile, patience, maxStreams, goAwayChance, BodyBudget.ofHeap());
    }
}
