package io.moka.machinery.process;

/// Sets up slf4j-simple: one line an entry on standard error, with time and thread.
public final class Logging {

    private Logging() {
    }

    /// Must run before the first logger is made.
    public static void configure(boolean verbose) {
        set("defaultLogLevel", verbose ? "debug" : "info");
        set("showDateTime", "true");
        set("dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
        set("showShortLogName", "true");
        set("log.io.netty", "warn");
        set("log.io.vertx", "warn");
        set("log.io.grpc", "warn");
        // what these two complain of is what a client has said; the connection ends, and whoever waits for it is told
        set("log.io.vertx.core.net.impl.ConnectionBase", "off");
        set("log.io.netty.channel.DefaultChannelPipeline", "error");
        set("log.com.github.dockerjava", "warn");
    }

    private static void set(String key, String value) {
        var property = "org.slf4j.simpleLogger." + key;
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
