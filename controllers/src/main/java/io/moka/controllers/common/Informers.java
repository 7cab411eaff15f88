package io.moka.controllers.common;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ResourceType;
import io.moka.machinery.informer.SharedInformer;
import io.moka.machinery.meta.Owners;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The shared informers of the process, created on the first request and started together.
public final class Informers implements AutoCloseable {

    /// Index of any object by [#controllerOf].
    public static final String BY_CONTROLLER = "controller";
    /// Index of pods by [#nodeOf].
    public static final String BY_NODE = "node";

    private final ApiClient client;
    private record Choice(Class<? extends HasMetadata> type, String fields) {
    }

    private final Map<Choice, SharedInformer<?>> informers = new LinkedHashMap<>();

    public Informers(ApiClient client) {
        this.client = client;
    }

    public <T extends HasMetadata> SharedInformer<T> of(Class<T> type) {
        return of(type, "");
    }

    /// Returns an informer of the objects that the field selector matches.
    @SuppressWarnings("unchecked")
    public <T extends HasMetadata> SharedInformer<T> of(Class<T> type, String fields) {
        return (SharedInformer<T>) informers.computeIfAbsent(new Choice(type, fields), choice -> create(type, fields));
    }

    /// Returns the informers that have been made so far and that see all objects of their kind.
    public Map<ResourceType<?>, SharedInformer<?>> ofWholeKinds() {
        var whole = new LinkedHashMap<ResourceType<?>, SharedInformer<?>>();
        informers.forEach((choice, informer) -> {
            if (choice.fields.isEmpty()) {
                whole.put(ResourceType.of(choice.type), informer);
            }
        });
        return whole;
    }

    private <T extends HasMetadata> SharedInformer<T> create(Class<T> type, String fields) {
        var builder = SharedInformer.of(client, type);
        return (fields.isEmpty() ? builder : builder.fields(fields)).build();
    }

    /// The uid of the object's controller; for an object without one [#orphansOf] its namespace.
    public static Collection<String> controllerOf(HasMetadata object) {
        var owner = Owners.controllerOf(object);
        return List.of(owner == null ? orphansOf(object.getMetadata().getNamespace()) : owner.getUid());
    }

    /// Under which the index [#BY_CONTROLLER] has the objects of a namespace that have no controller.
    public static String orphansOf(String namespace) {
        return "orphans/" + namespace;
    }

    /// The node that the pod is bound to, if any.
    public static Collection<String> nodeOf(Pod pod) {
        var node = pod.getSpec().getNodeName();
        return node == null || node.isEmpty() ? List.of() : List.of(node);
    }

    public void start() {
        informers.values().forEach(SharedInformer::start);
    }

    /// Whether all caches follow the server; see [SharedInformer#isReady()].
    public boolean areReady() {
        return informers.values().stream().allMatch(SharedInformer::isReady);
    }

    public void awaitSync() throws InterruptedException {
        for (var informer : informers.values()) {
            informer.awaitSync();
        }
    }

    @Override
    public void close() {
        informers.values().forEach(SharedInformer::close);
    }
}
