package io.moka.apiserver.authz;

import io.moka.apiserver.authn.UserInfo;

/// What a caller wants to do. Fields that do not apply are empty strings.
///
/// @param path            the URL path; what counts when `resourceRequest` is false
public record Attributes(
        UserInfo user, String verb, String group, String version, String resource, String subresource,
        String namespace, String name, boolean resourceRequest, String path) {

    public static Attributes nonResource(UserInfo user, String verb, String path) {
        return new Attributes(user, verb, "", "", "", "", "", "", false, path);
    }
}
