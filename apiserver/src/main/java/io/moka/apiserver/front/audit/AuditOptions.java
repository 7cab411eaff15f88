package io.moka.apiserver.front.audit;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The command-line flags of the audit log.
public final class AuditOptions {
    /// The format of the log's lines; the constants are the flag's values.
    enum Format { json, legacy }

    @Option(names = "--audit-policy-file", paramLabel = "FILE", description = "What is written of which request; without it nothing is.")
    public @Nullable Path policyFile;

    @Option(names = "--audit-log-path", paramLabel = "FILE", description = "Where it is written; '-' is standard output.")
    public @Nullable String logPath;

    @Option(names = "--audit-log-mode", paramLabel = "MODE", defaultValue = "blocking", converter = SinkMode.Flag.class, description = "blocking: an event is in the file before its request goes on; blocking-strict: and a request whose first event cannot be written is refused; batch: it is written soon (${DEFAULT-VALUE}).")
    SinkMode mode = SinkMode.BLOCKING;

    @Option(names = "--audit-log-format", paramLabel = "json|legacy", defaultValue = "json", description = "What a line looks like: a JSON object, or words (${DEFAULT-VALUE}).")
    Format format = Format.json;

    @Option(names = "--audit-log-maxsize", paramLabel = "MB", defaultValue = "0", description = "Size at which the file is put aside; 0 for never, or at 100 if backups are asked for.")
    public int maxSizeMegabytes;

    @Option(names = "--audit-log-maxbackup", paramLabel = "N", defaultValue = "0", description = "How many files are kept aside; 0 for all.")
    public int maxBackups;

    @Option(names = "--audit-log-maxage", paramLabel = "DAYS", defaultValue = "0", description = "How long they are kept; 0 for ever.")
    public int maxAgeDays;

    @Mixin
    WebhookOptions webhook = new WebhookOptions();

    public boolean enabled() {
        return policyFile != null && (logPath != null || webhook.configFile != null);
    }
}
