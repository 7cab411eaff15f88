package io.moka.machinery.process;

import java.util.Map;

/// The bounds of all HTTP servers of the JDK (`com.sun.net.httpserver`) in this process.
///
/// The JDK's server has no bounds of its own, and takes them from system properties: a request's head (the TLS handshake before the first one
/// included) may take [#REQUEST_SECONDS], an answer [#ANSWER_SECONDS], a connection may be idle for [#IDLE_SECONDS], and each server has at most
/// [#MAX_CONNECTIONS]; further ones are closed at once. A property that is set on the command line stays as it is.
public final class HttpServerLimits {

    private static final int REQUEST_SECONDS = 10;
    private static final int ANSWER_SECONDS = 30;
    private static final int IDLE_SECONDS = 30;
    static final int MAX_CONNECTIONS = 64;
    /// How often times are checked: the JDK's second would wake an idle process more often than anything else does.
    private static final int CHECK_MILLIS = 5_000;
    private static final int MAX_HEADERS = 100;
    private static final int MAX_HEAD_BYTES = 64 * 1024;

    private HttpServerLimits() {
    }

    /// Sets the bounds. The JDK reads the properties once, so every class that makes a server calls this before it makes its first one.
    public static void set() {
        Map.of("sun.net.httpserver.maxReqTime", REQUEST_SECONDS, "sun.net.httpserver.maxRspTime", ANSWER_SECONDS,
                "sun.net.httpserver.idleInterval", IDLE_SECONDS, "jdk.httpserver.maxConnections", MAX_CONNECTIONS,
                "sun.net.httpserver.maxIdleConnections", MAX_CONNECTIONS / 2, "sun.net.httpserver.maxReqHeaders", MAX_HEADERS,
                "sun.net.httpserver.maxReqHeaderSize", MAX_HEAD_BYTES, "sun.net.httpserver.timerMillis", CHECK_MILLIS)
                .forEach((name, value) -> {
                    if (System.getProperty(name) == null) {
                        System.setProperty(name, value.toString());
                    }
                });
    }
}
