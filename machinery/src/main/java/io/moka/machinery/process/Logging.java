package io.moka.machinery.process;

/// Sets up slf4j-simple: one line an entry on standard error, with time and thread, and no line more than 200 times a minute.
public final class Logging {

    private Logging() {
    }

    /// Must run before the first logger is made.
    public static void configure(boolean verbose) {
        if (System.getProperty("slf4j.provider") == null) {
            System.setProperty("slf4j.provider", LimitedLogging.class.getName());
            // else slf4j says on the screen that it does so
            System.setProperty("slf4j.internal.verbosity", "WARN");
        }
        set("defaultLogLevel", verbose ? "debug" : "info");
        set("showDateTime", "true");
        set("dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
        set("showShortLogName", "true");
        set("log.io.netty", "warn");
        set("log.io.vertx", "warn");
        set("log.io.grpc", "warn");
        // these two log errors that a client's data causes; the connection ends, and the code that waits for it is notified
        set("log.io.vertx.core.net.impl.ConnectionBase", "off");
        set("log.io.netty.channel.DefaultChannelPipeline", "error");
        set("log.com.github.dockerjava", "warn");
    }

    /// Bounds the log file of a process that is supervised.
    static void boundFile() {
        BoundedLogFile.install();
    }

    private static void set(String key, String value) {
        var property = "org.slf4j.simpleLogger." + key;
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
