package io.moka.machinery.process;

import java.io.Serial;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.simple.SimpleServiceProvider;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/// Logs by slf4j-simple with a limit on repeated lines, of Moka's own code and of all libraries. Chosen by [Logging#configure(boolean)].
public final class LimitedLogging implements SLF4JServiceProvider {

    /// More than any format is logged in ordinary work, such as the start of all pods of a node.
    private static final int PER_MINUTE = 200;

    private final SimpleServiceProvider simple = new SimpleServiceProvider();
    private final Loggers loggers = new Loggers();

    @Override
    public void initialize() {
        simple.initialize();
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return loggers;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return simple.getMarkerFactory();
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return simple.getMDCAdapter();
    }

    @Override
    public String getRequestedApiVersion() {
        return simple.getRequestedApiVersion();
    }

    /// The loggers of the process; all have one limit.
    final class Loggers implements ILoggerFactory {

        private final LineLimit limit = new LineLimit(PER_MINUTE, System::nanoTime);
        private final ConcurrentMap<String, Logger> made = new ConcurrentHashMap<>();

        @Override
        public Logger getLogger(String name) {
            return made.computeIfAbsent(name, n -> new Limited(n, simple.getLoggerFactory().getLogger(n), limit));
        }
    }

    /// One logger, which asks the limit before it writes.
    private static final class Limited extends LegacyAbstractLogger {

        @Serial
        private static final long serialVersionUID = 1;

        private final transient Logger out;
        private final transient LineLimit limit;

        private Limited(String name, Logger out, LineLimit limit) {
            this.name = name;
            this.out = out;
            this.limit = limit;
        }

        @Override
        protected void handleNormalizedLoggingCall(Level level, @Nullable Marker marker, String format, Object @Nullable [] arguments, @Nullable Throwable failure) {
            for (var omitted : limit.ended()) {
                out.warn("repeated {} times more within a minute, and not logged: {} {} \"{}\"", omitted.count(), omitted.line().level(), omitted.line().logger(),
                        omitted.line().format());
            }
            if (limit.admit(new LineLimit.Line(name, level.name(), format))) {
                out.atLevel(level).setCause(failure).log(format, arguments == null ? new Object[0] : arguments);
            }
        }

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        public boolean isTraceEnabled() {
            return out.isTraceEnabled();
        }

        @Override
        public boolean isDebugEnabled() {
            return out.isDebugEnabled();
        }

        @Override
        public boolean isInfoEnabled() {
            return out.isInfoEnabled();
        }

        @Override
        public boolean isWarnEnabled() {
            return out.isWarnEnabled();
        }

        @Override
        public boolean isErrorEnabled() {
            return out.isErrorEnabled();
        }
    }
}
