package io.moka.apiserver.front.audit;

import io.moka.apiserver.core.time.DurationFlag;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The command-line flags of the server that receives events.
final class WebhookOptions {
    @Option(names = "--audit-webhook-config-file", paramLabel = "FILE", description = "A kubeconfig with the server that events are sent to.")
    @Nullable Path configFile;

    @Option(names = "--audit-webhook-mode", paramLabel = "MODE", defaultValue = "batch", converter = SinkMode.Flag.class, description = "batch: later, many at once; blocking: before the answer; blocking-strict: and a request whose first event is not taken is refused (${DEFAULT-VALUE}).")
    SinkMode mode = SinkMode.BATCH;

    @Option(names = "--audit-webhook-initial-backoff", paramLabel = "DURATION", defaultValue = "10s", converter = DurationFlag.class, description = "How long to wait before the first of four further attempts (${DEFAULT-VALUE}).")
    Duration initialBackoff = Duration.ofSeconds(10);

    @Option(names = "--audit-webhook-batch-buffer-size", paramLabel = "N", defaultValue = "10000", description = "How many events may wait; further ones are lost (${DEFAULT-VALUE}).")
    int bufferEvents = 10_000;

    @Option(names = "--audit-webhook-batch-max-size", paramLabel = "N", defaultValue = "400", description = "How many events are sent at once (${DEFAULT-VALUE}).")
    int batchEvents = 400;

    @Option(names = "--audit-webhook-batch-max-wait", paramLabel = "DURATION", defaultValue = "30s", converter = DurationFlag.class, description = "How long an event waits for others (${DEFAULT-VALUE}).")
    Duration batchWait = Duration.ofSeconds(30);

    @Option(names = "--audit-webhook-batch-throttle-enable", arity = "0..1", paramLabel = "BOOL", defaultValue = "true", fallbackValue = "true", description = "Whether batches are sent at a limited rate (${DEFAULT-VALUE}).")
    boolean throttled = true;

    @Option(names = "--audit-webhook-batch-throttle-qps", paramLabel = "N", defaultValue = "10", description = "Batches a second (${DEFAULT-VALUE}).")
    float batchesPerSecond = 10;

    @Option(names = "--audit-webhook-batch-throttle-burst", paramLabel = "N", defaultValue = "15", description = "Batches at once after a while without (${DEFAULT-VALUE}).")
    int burstBatches = 15;

    @Option(names = "--audit-webhook-truncate-enabled", arity = "0..1", paramLabel = "BOOL", defaultValue = "false", fallbackValue = "true", description = "Whether events and batches that are too large are made smaller (${DEFAULT-VALUE}).")
    boolean truncated;

    @Option(names = "--audit-webhook-truncate-max-event-size", paramLabel = "BYTES", defaultValue = "102400", description = "Larger events lose their bodies; if that is not enough, they are lost (${DEFAULT-VALUE}).")
    int maxEventBytes = 100 * 1024;

    @Option(names = "--audit-webhook-truncate-max-batch-size", paramLabel = "BYTES", defaultValue = "10485760", description = "Larger batches are sent in parts (${DEFAULT-VALUE}).")
    int maxBatchBytes = 10 * 1024 * 1024;
}
