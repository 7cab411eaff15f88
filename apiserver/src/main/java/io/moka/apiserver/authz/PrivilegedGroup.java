package io.moka.apiserver.authz;

/// The members of `system:masters` may do everything, even when no role can be read.
public final class PrivilegedGroup implements Authorizer {

    static final String MASTERS = "system:masters";

    @Override
    public Decision authorize(Attributes request) {
        return request.user().inGroup(MASTERS) ? new Decision.Allow() : new Decision.NoOpinion("");
    }
}
