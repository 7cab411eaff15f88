package io.moka.apiserver.front.authn;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The command-line flags of authentication.
public final class AuthenticationOptions {
    @Option(names = "--client-ca-file", paramLabel = "FILE", required = true, description = "Authority of the clients' certificates.")
    public Path clientCaFile = Path.of("");

    @Option(names = "--anonymous-auth", arity = "0..1", paramLabel = "BOOL", defaultValue = "true", fallbackValue = "true", description = "Whether callers who show nothing are system:anonymous (${DEFAULT-VALUE}).")
    public boolean anonymous = true;

    @Option(names = "--enable-bootstrap-token-auth", arity = "0..1", paramLabel = "BOOL", defaultValue = "true", fallbackValue = "true", description = "Whether bootstrap tokens are accepted (${DEFAULT-VALUE}).")
    public boolean bootstrapTokens = true;

    @Option(names = "--token-auth-file", paramLabel = "FILE", description = "Tokens, one a line: token,user,uid,\"groups\".")
    public @Nullable Path tokenFile;

    @Mixin
    public ServiceAccountOptions accounts = new ServiceAccountOptions();

    @Mixin
    public FrontProxyOptions frontProxy = new FrontProxyOptions();

    @Mixin
    public OidcOptions oidc = new OidcOptions();
}
