package io.moka.apiserver.admission.framework;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The command-line flags of admission plugins.
public final class AdmissionOptions {
    @Option(names = "--enable-admission-plugins", paramLabel = "PLUGIN", split = ",", description = "Plugins to run beside those that run by default; their order does not matter.")
    public List<String> enabled = List.of();

    @Option(names = "--disable-admission-plugins", paramLabel = "PLUGIN", split = ",", description = "Plugins not to run though they do by default.")
    public List<String> disabled = List.of();

    @Option(names = "--admission-control-config-file", paramLabel = "FILE", description = "An AdmissionConfiguration, with the configurations of plugins.")
    public @Nullable Path configFile;
}
