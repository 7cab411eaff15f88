package io.moka.apiserver.front.authn;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The command-line flags that configure a trusted OpenID Connect issuer.
public final class OidcOptions {
    @Option(names = "--oidc-issuer-url", paramLabel = "URL", description = "Issuer of OpenID Connect tokens; https only.")
    public @Nullable String issuerUrl;

    @Option(names = "--oidc-client-id", paramLabel = "ID", defaultValue = "", description = "Audience that they must be for.")
    public String clientId = "";

    @Option(names = "--oidc-username-claim", paramLabel = "CLAIM", defaultValue = "sub", description = "Claim that is the user's name (${DEFAULT-VALUE}).")
    public String usernameClaim = "sub";

    @Option(names = "--oidc-username-prefix", paramLabel = "PREFIX", defaultValue = "", description = "Put before the name; '-' for none. By default the issuer and '#', but nothing for the claim email.")
    public String usernamePrefix = "";

    @Option(names = "--oidc-groups-claim", paramLabel = "CLAIM", defaultValue = "", description = "Claim that holds the user's groups.")
    public String groupsClaim = "";

    @Option(names = "--oidc-groups-prefix", paramLabel = "PREFIX", defaultValue = "", description = "Put before each group.")
    public String groupsPrefix = "";

    @Option(names = "--oidc-required-claim", paramLabel = "CLAIM=VALUE", description = "A claim that must be there with this value; may be repeated.")
    public Map<String, String> requiredClaims = new LinkedHashMap<>();

    @Option(names = "--oidc-ca-file", paramLabel = "FILE", description = "Authority of the issuer's certificate; by default those that Java trusts.")
    public @Nullable Path caFile;

    @Option(names = "--oidc-signing-algs", paramLabel = "ALG", split = ",", defaultValue = "RS256", description = "Algorithms that signatures may have (${DEFAULT-VALUE}).")
    public List<String> signingAlgorithms = List.of("RS256");

    String userPrefix() {
        return switch (usernamePrefix) {
            case "-" -> "";
            case "" -> usernameClaim.equals("email") ? "" : issuerUrl + "#";
            default -> usernamePrefix;
        };
    }
}
