package io.moka.apiserver.core.encryption;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The command-line flags of encryption at rest.
public final class EncryptionOptions {
    @Option(names = "--encryption-provider-config", paramLabel = "FILE", description = "What is encrypted in etcd, and with which keys.")
    public @Nullable Path configFile;

    @Option(names = "--encryption-provider-config-automatic-reload", arity = "0..1", paramLabel = "BOOL", defaultValue = "false", fallbackValue = "true", description = "Whether the file is read again when it changes (${DEFAULT-VALUE}).")
    public boolean reload;
}
