package io.moka.apiserver.front.authz;

import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.access.Authorizer;
import io.moka.apiserver.core.access.Decision;

/// Allows members of `system:masters` everything, even when no role can be read.
public final class PrivilegedGroup implements Authorizer {

    static final String MASTERS = "system:masters";

    @Override
    public Decision authorize(Attributes request) {
        return request.user().inGroup(MASTERS) ? new Decision.Allow() : new Decision.NoOpinion("");
    }
}
