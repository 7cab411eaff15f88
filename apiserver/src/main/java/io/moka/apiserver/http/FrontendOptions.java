package io.moka.apiserver.http;

import java.nio.file.Path;

/// Where and with which certificate the server listens, and what it expects of its clients. Port 0 takes a free one.
///
/// @param maxStreams   of one connection of HTTP/2 at a time
/// @param goAwayChance that a request over HTTP/2 makes the client connect anew
public record FrontendOptions(String bindAddress, int port, Path certFile, Path keyFile, Patience patience, int maxStreams, double goAwayChance) {
    /// Go's.
    public static final int USUAL_STREAMS = 250;
}
