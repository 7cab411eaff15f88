package io.moka.apiserver.front.http;

import io.moka.apiserver.core.time.DurationFlag;
import java.time.Duration;
import picocli.CommandLine.Option;

/// The command-line flags of request handling.
public final class RequestOptions {
    @Option(names = "--request-timeout", paramLabel = "DURATION", defaultValue = "1m0s", converter = DurationFlag.class, description = "The longest time for a request that is no watch, log or the like (${DEFAULT-VALUE}).")
    public Duration timeout = Duration.ofMinutes(1);

    @Option(names = "--shutdown-delay-duration", paramLabel = "DURATION", defaultValue = "0s", converter = DurationFlag.class, description = "How long requests are still served after readyz has begun to fail at the end (${DEFAULT-VALUE}).")
    public Duration shutdownDelay = Duration.ZERO;

    @Option(names = "--max-requests-inflight", paramLabel = "N", defaultValue = "400", description = "Reading requests handled at once (${DEFAULT-VALUE}); with the changing ones, the seats that priority and fairness shares out.")
    public int maxReading = 400;

    @Option(names = "--max-mutating-requests-inflight", paramLabel = "N", defaultValue = "200", description = "Changing requests handled at once (${DEFAULT-VALUE}).")
    public int maxChanging = 200;

    @Option(names = "--enable-priority-and-fairness", arity = "0..1", paramLabel = "BOOL", defaultValue = "true", fallbackValue = "true", description = "Whether seats are shared out by flow schemas and priority levels (${DEFAULT-VALUE}).")
    public boolean priorityAndFairness = true;

    @Option(names = "--http2-max-streams-per-connection", paramLabel = "N", defaultValue = "0", description = "Requests at once on one connection of HTTP/2; 0 for Go's default, 250.")
    public int maxStreams;

    @Option(names = "--goaway-chance", paramLabel = "FRACTION", defaultValue = "0", description = "How often a request over HTTP/2 makes its client connect anew, and perhaps to another server, from 0 (${DEFAULT-VALUE}) to 0.02.")
    public double goAwayChance;

    /// @throws IllegalArgumentException when a flag has an invalid value
    public void check() {
        if (goAwayChance < 0 || goAwayChance > 0.02) {
            throw new IllegalArgumentException("--goaway-chance can not be less than 0 or greater than 0.02");
        }
        if (maxStreams < 0) {
            throw new IllegalArgumentException("--http2-max-streams-per-connection can not be negative value");
        }
    }

    public int streams() {
        return maxStreams == 0 ? FrontendOptions.USUAL_STREAMS : maxStreams;
    }
}
