package io.moka.apiserver.cel;

import dev.cel.common.types.CelType;
import io.moka.apiserver.authn.UserInfo;
import io.moka.apiserver.authz.Authorizer;

/// Values for variables that expressions ask about access with.
public final class AuthorizerValues {
    /// Of `authorizer`.
    public static final CelType AUTHORIZER_TYPE = AuthorizerFunctions.AUTHORIZER;
    /// Of `authorizer.requestResource`.
    public static final CelType RESOURCE_CHECK_TYPE = AuthorizerFunctions.RESOURCE_CHECK;

    private AuthorizerValues() {}

    public static Object authorizer(Authorizer authorizer, UserInfo user) {
        return new AuthorizerFunctions.Asker(authorizer, user);
    }

    /// A question about one resource that has everything but the verb.
    public static Object resourceCheck(Authorizer authorizer, UserInfo user, String group, String resource, String subresource, String namespace, String name) {
        return new AuthorizerFunctions.ResourceCheck(new AuthorizerFunctions.Asker(authorizer, user), group, resource, subresource, namespace, name);
    }
}
