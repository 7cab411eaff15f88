package io.moka.machinery.client;

import com.fasterxml.jackson.databind.JavaType;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The verbs of one resource type. An empty namespace means all of them in a list or watch, and none for cluster-wide kinds.
///
/// Every method throws [ApiException] when the server refuses and [java.io.UncheckedIOException] when it can't be reached.
public final class Resources<T extends HasMetadata> {

    private final ApiClient client;
    private final ResourceType<T> type;
    private final String view;
    private final String accept;
    private final JavaType objectType;
    private final JavaType listType;

    private final @Nullable Duration limit;

    Resources(ApiClient client, ResourceType<T> type) {
        this(client, type, "", null);
    }

    private Resources(ApiClient client, ResourceType<T> type, String view, @Nullable Duration limit) {
        this.client = client;
        this.type = type;
        this.limit = limit;
        this.view = view;
        this.accept = "application/json" + view;
        var types = Json.mapper().getTypeFactory();
        this.objectType = types.constructType(type.type());
        this.listType = types.constructParametricType(ObjectList.class, objectType);
    }

    public ResourceType<T> type() {
        return type;
    }

    /// The same resource, of which lists and watches bring the metadata alone.
    public Resources<T> metadataOnly() {
        return new Resources<>(client, type, ";as=PartialObjectMetadata;g=meta.k8s.io;v=v1", limit);
    }

    /// The same resource, whose calls (but for lists, watches and deletions) end after this time, answered or not.
    public Resources<T> within(Duration time) {
        return new Resources<>(client, type, view, time);
    }

    public T get(String namespace, String name) {
        return client.call("GET", type.path(namespace, name), Map.of(), null, null, objectType, limit);
    }

    /// The object, or null where there is none.
    public @Nullable T find(String namespace, String name) {
        try {
            return get(namespace, name);
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return null;
            }
            throw e;
        }
    }

    public ObjectList<T> list(String namespace, ListOptions options) {
        return client.list(type.path(namespace), options.query(), listType, accept(";as=PartialObjectMetadataList"));
    }

    /// Opens a watch with bookmarks; events follow the revision in the options.
    public Watch<T> watch(String namespace, ListOptions options) {
        var query = new LinkedHashMap<>(options.query());
        query.put("watch", "true");
        query.put("allowWatchBookmarks", "true");
        return client.openWatch(type.path(namespace), query, type.type(), accept);
    }

    public T create(T object) {
        return client.call("POST", type.path(namespaceOf(object)), Map.of(), "application/json", Json.bytes(object), objectType, limit);
    }

    /// Replaces the object; its resourceVersion, where set, must still be the current one.
    public T update(T object) {
        return put(object, "");
    }

    public T updateStatus(T object) {
        return put(object, "/status");
    }

    /// Replaces what a subresource of the object's own kind holds of it: `approval`, `ephemeralcontainers`.
    public T updateSubresource(T object, String subresource) {
        return put(object, "/" + subresource);
    }

    /// Reads, changes and writes until no one else was faster. The change gets a private copy.
    public T edit(String namespace, String name, UnaryOperator<T> change) {
        while (true) {
            try {
                return update(change.apply(get(namespace, name)));
            } catch (ApiException e) {
                if (!e.isConflict()) {
                    throw e;
                }
            }
        }
    }

    /// Changes and writes an object as [#edit(String, String, UnaryOperator)], but begins with the object that the caller has seen, which saves a read while
    /// that is still the current one.
    ///
    /// @param seen a whole object with its resourceVersion, such as one of an informer that trims nothing; it is not changed
    public T edit(T seen, UnaryOperator<T> change) {
        try {
            return update(change.apply(Json.copy(seen)));
        } catch (ApiException e) {
            if (!e.isConflict()) {
                throw e;
            }
            return edit(Objects.requireNonNullElse(seen.getMetadata().getNamespace(), ""), seen.getMetadata().getName(), change);
        }
    }

    public T patch(String namespace, String name, PatchType patchType, Object patch) {
        return patch(namespace, name, "", patchType, patch);
    }

    public T patchStatus(String namespace, String name, PatchType patchType, Object patch) {
        return patch(namespace, name, "status", patchType, patch);
    }

    public T patch(String namespace, String name, String subresource, PatchType patchType, Object patch) {
        var path = type.path(namespace, name) + (subresource.isEmpty() ? "" : "/" + subresource);
        return client.call("PATCH", path, Map.of(), patchType.mediaType(), Json.bytes(patch), objectType, limit);
    }

    /// Applies the fields in `configuration` on the server in this manager's name, and takes them over from other managers.
    public T apply(String namespace, String name, String fieldManager, Object configuration) {
        return client.call("PATCH", type.path(namespace, name), Map.of("fieldManager", fieldManager, "force", "true"), PatchType.APPLY.mediaType(),
                Json.bytes(configuration), objectType, limit);
    }

    public void delete(String namespace, String name) {
        delete(namespace, name, new DeleteOptions());
    }

    public void delete(String namespace, String name, DeleteOptions options) {
        options.setApiVersion("v1");
        options.setKind("DeleteOptions");
        client.send("DELETE", type.path(namespace, name), Map.of(), "application/json", Json.bytes(options));
    }

    /// Deletes the objects that the options select, and in the background what they own.
    public void deleteCollection(String namespace, ListOptions options) {
        var query = new LinkedHashMap<>(options.query());
        query.put("propagationPolicy", "Background");
        client.send("DELETE", type.path(namespace), query, null, null);
    }

    /// Reads a subresource that is of another kind: a Scale.
    public <R> R readSubresource(String namespace, String name, String subresource, Class<R> answer) {
        return client.call("GET", type.path(namespace, name) + "/" + subresource, Map.of(), null, null, Json.mapper().constructType(answer), limit);
    }

    /// Posts another kind of object to a subresource: a Binding, an Eviction, a TokenRequest.
    public <R> R createSubresource(String namespace, String name, String subresource, Object body, Class<R> answer) {
        return client.call("POST", type.path(namespace, name) + "/" + subresource, Map.of(), "application/json", Json.bytes(body),
                Json.mapper().constructType(answer), limit);
    }

    private String accept(String listForm) {
        return accept.replace(";as=PartialObjectMetadata;", listForm + ";");
    }

    private T put(T object, String suffix) {
        var path = type.path(namespaceOf(object), object.getMetadata().getName()) + suffix;
        return client.call("PUT", path, Map.of(), "application/json", Json.bytes(object), objectType, limit);
    }

    private String namespaceOf(T object) {
        var namespace = object.getMetadata().getNamespace();
        return namespace == null ? "" : namespace;
    }
}
