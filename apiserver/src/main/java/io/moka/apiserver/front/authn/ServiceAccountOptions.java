package io.moka.apiserver.front.authn;

import io.moka.machinery.time.GoDuration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The command-line flags of service-account tokens.
public final class ServiceAccountOptions {
    @Option(names = "--service-account-key-file", paramLabel = "FILE", required = true, description = "Public keys that service-account tokens are checked with.")
    public List<Path> keyFiles = List.of();

    @Option(names = "--service-account-signing-key-file", paramLabel = "FILE", required = true, description = "Private key that they are signed with.")
    public Path signingKeyFile = Path.of("");

    @Option(names = "--service-account-issuer", paramLabel = "URL", defaultValue = "https://kubernetes.default.svc.cluster.local", description = "Issuer of the tokens (${DEFAULT-VALUE}); if repeated, the first issues and all are accepted.")
    public List<String> issuers = List.of("https://kubernetes.default.svc.cluster.local");

    @Option(names = "--service-account-jwks-uri", paramLabel = "URL", description = "Where others find the keys; by default this server.")
    public @Nullable String jwksUri;

    @Option(names = "--service-account-max-token-expiration", paramLabel = "DURATION", defaultValue = "720h", converter = Lifetime.class, description = "The longest time a new token may have, 1h at least (${DEFAULT-VALUE}); 0s for 2^32 seconds.")
    public Duration maxTokenLifetime = Duration.ofHours(720);

    /// Parses the flag in Go's notation, within upstream's bounds.
    static final class Lifetime implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Duration lifetime = GoDuration.parse(text);
            if (!lifetime.isZero() && (lifetime.compareTo(Duration.ofHours(1)) < 0 || lifetime.toSeconds() > 1L << 32)) {
                throw new TypeConversionException("the service-account-max-token-expiration must be between 1 hour and 2^32 seconds");
            }
            return lifetime;
        }
    }

    @Option(names = "--api-audiences", paramLabel = "NAME", split = ",", description = "Audiences that tokens for this server have; by default the issuer.")
    public List<String> audiences = List.of();

    public List<String> apiAudiences() {
        return audiences.isEmpty() ? issuers : audiences;
    }
}
