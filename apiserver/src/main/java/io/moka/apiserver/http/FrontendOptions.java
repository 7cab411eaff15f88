package io.moka.apiserver.http;

import java.nio.file.Path;

/// Where and with which certificate the server listens. Port 0 takes a free one.
public record FrontendOptions(String bindAddress, int port, Path certFile, Path keyFile, Patience patience) {}
