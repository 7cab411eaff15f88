package io.moka.apiserver.server;

import io.moka.apiserver.core.access.Authorizer;
import io.moka.apiserver.front.authn.Authenticators;
import io.moka.apiserver.front.authz.AuthorizerChain;
import io.moka.apiserver.front.authz.Escalation;
import io.moka.apiserver.front.authz.RbacAuthorizer;
import io.moka.apiserver.front.discovery.IssuerDocuments;
import java.io.IOException;

/// The parts of chapter `front` that decide who a caller is and what it may do.
final class AccessParts {
    final RbacAuthorizer roles;
    final Authorizer authorizer;
    final Authenticators authenticators;
    private final ServerOptions options;

    AccessParts(CoreParts core, ServerOptions options) throws IOException {
        this.options = options;
        roles = new RbacAuthorizer(core.catalog, core.caches);
        authorizer = AuthorizerChain.of(options.authorization.modes, core.catalog, core.caches, roles);
        authenticators = Authenticators.of(options.authentication, core.catalog, core.caches, core.clock);
    }

    Escalation escalation() {
        return new Escalation(roles, authorizer);
    }

    /// Returns the documents by which other servers verify the tokens of service accounts.
    IssuerDocuments issuer() {
        return new IssuerDocuments(options.authentication.accounts, authenticators.keys(), "https://" + options.advertised() + ":" + options.securePort);
    }
}
