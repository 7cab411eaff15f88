package io.moka.controllers.certificates;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/// The flags that name the authority for signing requests. Without its files no request is signed.
public final class SigningOptions {

    @Option(names = "--cluster-signing-cert-file", paramLabel = "FILE", description = "Certificate of the authority that signs approved requests. Default: none are signed.")
    @Nullable Path certificate;

    @Option(names = "--cluster-signing-key-file", paramLabel = "FILE", description = "Key of the authority that signs approved requests.")
    @Nullable Path key;

    @Option(names = "--cluster-signing-duration", paramLabel = "DURATION", defaultValue = "8760h0m0s", converter = HoursToSeconds.class,
            description = "The longest life of a certificate that is signed; a request may ask for less (${DEFAULT-VALUE}).")
    Duration duration = Duration.ofHours(8760);

    /// Reads `1h30m`.
    static final class HoursToSeconds implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
        }
    }
}
