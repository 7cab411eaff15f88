package io.moka.machinery.client;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// A kind of object and its path in the API.
///
/// @param group empty for the core group
public record ResourceType<T extends HasMetadata>(String group, String version, String plural, String kind, boolean namespaced, Class<T> type) {

    /// The type of a model class, read from its annotations.
    public static <T extends HasMetadata> ResourceType<T> of(Class<T> type) {
        return new ResourceType<>(HasMetadata.getGroup(type), HasMetadata.getVersion(type), HasMetadata.getPlural(type),
                HasMetadata.getKind(type), Namespaced.class.isAssignableFrom(type), type);
    }

    /// A type known only by discovery; its objects are generic.
    public static ResourceType<GenericKubernetesResource> generic(String group, String version, String plural, String kind, boolean namespaced) {
        return new ResourceType<>(group, version, plural, kind, namespaced, GenericKubernetesResource.class);
    }

    /// The group in an `apiVersion`: `apps` of `apps/v1`, empty for `v1`.
    public static String groupOf(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /// The path of the collection; an empty namespace means all of them.
    public String path(String namespace) {
        var root = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
        return namespaced && !namespace.isEmpty() ? root + "/namespaces/" + encode(namespace) + "/" + plural : root + "/" + plural;
    }

    public String path(String namespace, String name) {
        return path(namespace) + "/" + encode(name);
    }

    /// The name by which messages call it: `pods`, `deployments.apps`.
    public String qualifiedPlural() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
