package io.moka.apiserver.http;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/// The flags about how requests are handled.
public final class RequestOptions {
    /// Reads durations as Kubernetes writes them.
    public static final class DurationConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return GoDuration.parse(text);
        }
    }

    @Option(names = "--request-timeout", paramLabel = "DURATION", defaultValue = "1m0s", converter = DurationConverter.class, description = "The longest time for a request that is no watch, log or the like (${DEFAULT-VALUE}).")
    public Duration timeout = Duration.ofMinutes(1);

    @Option(names = "--shutdown-delay-duration", paramLabel = "DURATION", defaultValue = "0s", converter = DurationConverter.class, description = "How long requests are still served after readyz has begun to fail at the end (${DEFAULT-VALUE}).")
    public Duration shutdownDelay = Duration.ZERO;

    @Option(names = "--max-requests-inflight", paramLabel = "N", defaultValue = "400", description = "Reading requests handled at once (${DEFAULT-VALUE}); with the changing ones, the seats that priority and fairness shares out.")
    public int maxReading = 400;

    @Option(names = "--max-mutating-requests-inflight", paramLabel = "N", defaultValue = "200", description = "Changing requests handled at once (${DEFAULT-VALUE}).")
    public int maxChanging = 200;

    @Option(names = "--enable-priority-and-fairness", arity = "0..1", paramLabel = "BOOL", defaultValue = "true", fallbackValue = "true", description = "Whether seats are shared out by flow schemas and priority levels (${DEFAULT-VALUE}).")
    public boolean priorityAndFairness = true;
}
