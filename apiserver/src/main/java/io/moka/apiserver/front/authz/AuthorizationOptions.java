package io.moka.apiserver.front.authz;

import java.util.List;
import picocli.CommandLine.Option;

/// The command-line flags of authorization.
public final class AuthorizationOptions {
    @Option(names = "--authorization-mode", paramLabel = "MODE", split = ",", defaultValue = "Node,RBAC", description = "Who is asked, in this order: Node, RBAC, AlwaysAllow, AlwaysDeny (${DEFAULT-VALUE}).")
    public List<String> modes = List.of("Node", "RBAC");
}
