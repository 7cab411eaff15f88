package io.moka.machinery.process;

import org.slf4j.LoggerFactory;

/// Sets up slf4j-simple: one line an entry on standard error, with time and thread (`simplelogger.properties`), and no line more than 200 times a minute.
public final class Logging {

    private static final String PROVIDER = "slf4j.provider";
    private static final String LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    private Logging() {
    }

    /// Must run before the first logger is made, so a class with a main method has no static logger: that would be made first.
    ///
    /// @throws IllegalStateException when a logger was made before
    public static void configure(boolean verbose) {
        if (System.getProperty(LEVEL) == null) {
            System.setProperty(LEVEL, verbose ? "debug" : "info");
        }
        if (System.getProperty(PROVIDER) == null) {
            System.setProperty(PROVIDER, LimitedLogging.class.getName());
            // else slf4j says on the screen that it does so
            System.setProperty("slf4j.internal.verbosity", "WARN");
            if (!(LoggerFactory.getILoggerFactory() instanceof LimitedLogging.Loggers)) {
                throw new IllegalStateException("a logger was made before logging was configured");
            }
        }
    }

    /// Bounds the log file of a process that is supervised.
    static void boundFile() {
        BoundedLogFile.install();
    }
}
