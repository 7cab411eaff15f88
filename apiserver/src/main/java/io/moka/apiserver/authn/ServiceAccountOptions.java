package io.moka.apiserver.authn;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The flags about service-account tokens.
public final class ServiceAccountOptions {
    @Option(names = "--service-account-key-file", paramLabel = "FILE", required = true, description = "Public keys that service-account tokens are checked with.")
    public List<Path> keyFiles = List.of();

    @Option(names = "--service-account-signing-key-file", paramLabel = "FILE", required = true, description = "Private key that they are signed with.")
    public Path signingKeyFile = Path.of("");

    @Option(names = "--service-account-issuer", paramLabel = "URL", defaultValue = "https://kubernetes.default.svc.cluster.local", description = "Issuer of the tokens (${DEFAULT-VALUE}); if repeated, the first issues and all are accepted.")
    public List<String> issuers = List.of("https://kubernetes.default.svc.cluster.local");

    @Option(names = "--service-account-jwks-uri", paramLabel = "URL", description = "Where others find the keys; by default this server.")
    public @Nullable String jwksUri;

    @Option(names = "--service-account-max-token-expiration-seconds", paramLabel = "SECONDS", defaultValue = "0", description = "The longest time a new token may have; 0 for no limit.")
    public long maxTokenSeconds;

    @Option(names = "--api-audiences", paramLabel = "NAME", split = ",", description = "Audiences that tokens for this server have; by default the issuer.")
    public List<String> audiences = List.of();

    public List<String> apiAudiences() {
        return audiences.isEmpty() ? issuers : audiences;
    }
}
