package io.moka.apiserver.extension.cel;

import dev.cel.common.types.CelType;
import io.moka.apiserver.core.access.Authorizer;
import io.moka.apiserver.core.access.UserInfo;

/// Creates the values of variables with which expressions check access.
public final class AuthorizerValues {
    /// The type of `authorizer`.
    public static final CelType AUTHORIZER_TYPE = AuthorizerFunctions.AUTHORIZER;
    /// The type of `authorizer.requestResource`.
    public static final CelType RESOURCE_CHECK_TYPE = AuthorizerFunctions.RESOURCE_CHECK;

    private AuthorizerValues() {}

    public static Object authorizer(Authorizer authorizer, UserInfo user) {
        return new AuthorizerFunctions.Asker(authorizer, user);
    }

    /// Returns an access check for one resource, which lacks only the verb.
    public static Object resourceCheck(Authorizer authorizer, UserInfo user, String group, String resource, String subresource, String namespace, String name) {
        return new AuthorizerFunctions.ResourceCheck(new AuthorizerFunctions.Asker(authorizer, user), group, resource, subresource, namespace, name);
    }
}
