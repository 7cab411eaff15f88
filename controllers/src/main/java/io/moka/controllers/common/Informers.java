package io.moka.controllers.common;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.informer.SharedInformer;
import io.moka.machinery.meta.Owners;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The shared informers of the process, made when they are first asked for and started together.
public final class Informers implements AutoCloseable {

    /// Index of any object by the uid of its controller; orphans are under the empty string.
    public static final String BY_CONTROLLER = "controller";
    /// Index of pods by their node.
    public static final String BY_NODE = "node";

    private final ApiClient client;
    private record Choice(Class<?> type, String fields) {
    }

    private final Map<Choice, SharedInformer<?>> informers = new LinkedHashMap<>();

    public Informers(ApiClient client) {
        this.client = client;
    }

    public <T extends HasMetadata> SharedInformer<T> of(Class<T> type) {
        return of(type, "");
    }

    /// Of those objects alone that the field selector chooses.
    @SuppressWarnings("unchecked")
    public <T extends HasMetadata> SharedInformer<T> of(Class<T> type, String fields) {
        return (SharedInformer<T>) informers.computeIfAbsent(new Choice(type, fields), choice -> create(type, fields));
    }

    private <T extends HasMetadata> SharedInformer<T> create(Class<T> type, String fields) {
        var builder = SharedInformer.of(client, type);
        return (fields.isEmpty() ? builder : builder.fields(fields))
                .index(BY_CONTROLLER, object -> {
                    var owner = Owners.controllerOf(object);
                    return List.of(owner == null ? "" : owner.getUid());
                })
                .index(BY_NODE, object -> object instanceof Pod pod && pod.getSpec().getNodeName() != null ? List.of(pod.getSpec().getNodeName()) : List.of())
                .build();
    }

    public void start() {
        informers.values().forEach(SharedInformer::start);
    }

    public boolean haveSynced() {
        return informers.values().stream().allMatch(SharedInformer::hasSynced);
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
