package io.moka.apiserver.authz;

import io.moka.apiserver.resource.Catalog;
import io.moka.apiserver.resource.ObjectReader;
import java.util.ArrayList;
import java.util.List;

/// Asks one authorizer after the other until one has an opinion.
public final class AuthorizerChain implements Authorizer {

    private final List<Authorizer> authorizers;

    public AuthorizerChain(List<Authorizer> authorizers) {
        this.authorizers = List.copyOf(authorizers);
    }

    /// Those that the flags name; the members of `system:masters` come before all of them.
    ///
    /// @throws IllegalArgumentException for a mode that there is not
    public static AuthorizerChain of(List<String> modes, Catalog catalog, ObjectReader objects, RbacAuthorizer roles) {
        List<Authorizer> authorizers = new ArrayList<>(List.of(new PrivilegedGroup()));
        for (String mode : modes) {
            authorizers.add(switch (mode) {
                case "Node" -> new NodeAuthorizer(catalog, objects);
                case "RBAC" -> roles;
                case "AlwaysAllow" -> request -> new Decision.Allow("");
                case "AlwaysDeny" -> request -> new Decision.NoOpinion("Everything is forbidden.");
                default -> throw new IllegalArgumentException("--authorization-mode: \"" + mode + "\" is none of Node, RBAC, AlwaysAllow, AlwaysDeny");
            });
        }
        return new AuthorizerChain(authorizers);
    }

    /// What a cluster runs with: masters, then nodes, then roles.
    public static AuthorizerChain standard(Catalog catalog, ObjectReader objects) {
        return new AuthorizerChain(List.of(new PrivilegedGroup(), new NodeAuthorizer(catalog, objects), new RbacAuthorizer(catalog, objects)));
    }

    @Override
    public Decision authorize(Attributes request) {
        List<String> reasons = new ArrayList<>();
        for (Authorizer authorizer : authorizers) {
            switch (authorizer.authorize(request)) {
                case Decision.Allow allow -> {
                    return allow;
                }
                case Decision.Deny deny -> {
                    return deny;
                }
                case Decision.NoOpinion none -> {
                    if (!none.reason().isEmpty()) {
                        reasons.add(none.reason());
                    }
                }
            }
        }
        return new Decision.NoOpinion(String.join(", ", reasons));
    }
}
