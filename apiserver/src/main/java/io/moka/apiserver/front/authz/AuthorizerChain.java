package io.moka.apiserver.front.authz;

import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.access.Authorizer;
import io.moka.apiserver.core.access.Decision;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ObjectReader;
import java.util.ArrayList;
import java.util.List;

/// Asks its authorizers in order until one has an opinion.
public final class AuthorizerChain implements Authorizer {

    private final List<Authorizer> authorizers;

    public AuthorizerChain(List<Authorizer> authorizers) {
        this.authorizers = List.copyOf(authorizers);
    }

    /// Returns a chain of the authorizers that the flags name; members of `system:masters` are allowed before any of these is asked.
    ///
    /// @throws IllegalArgumentException for an unknown mode
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

    /// Returns the usual chain of a cluster: the group `system:masters`, then the node authorizer, then RBAC.
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
