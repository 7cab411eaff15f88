package io.moka.apiserver.core.access;

import java.util.Map;

/// The attributes of a request that authorization decides on. Fields that do not apply are empty strings.
///
/// @param path            the URL path, which is authorised when `resourceRequest` is false
/// @param fields          the values that a list, watch or deletecollection selects by equality, by field
/// @param labels          the label values that it selects by equality, by key
public record Attributes(
        UserInfo user, String verb, String group, String version, String resource, String subresource,
        String namespace, String name, boolean resourceRequest, String path, Map<String, String> fields, Map<String, String> labels) {

    public Attributes(UserInfo user, String verb, String group, String version, String resource, String subresource, String namespace, String name, boolean resourceRequest, String path) {
        this(user, verb, group, version, resource, subresource, namespace, name, resourceRequest, path, Map.of(), Map.of());
    }

    /// Returns the same request with another verb.
    public Attributes by(String otherVerb) {
        return new Attributes(user, otherVerb, group, version, resource, subresource, namespace, name, resourceRequest, path, fields, labels);
    }

    public static Attributes nonResource(UserInfo user, String verb, String path) {
        return new Attributes(user, verb, "", "", "", "", "", "", false, path);
    }
}
