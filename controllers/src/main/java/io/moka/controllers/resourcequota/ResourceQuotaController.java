package io.moka.controllers.resourcequota;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.ResourceType;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.quota.QuotaUsage;
import io.moka.machinery.workqueue.WorkQueue;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Queues quotas for the reconciler: those whose limits have changed, and those whose usage drops because a pod ends or an object is deleted.
public final class ResourceQuotaController {

    private static final int WORKERS = 5;

    private final WorkQueue<ObjectKey> queue = new WorkQueue<>();
    private final Lister<ResourceQuota> quotas;
    private final Controller<ObjectKey> controller;

    public ResourceQuotaController(ControllerContext context) {
        var informer = context.informers().of(ResourceQuota.class);
        quotas = informer.lister();
        informer.addHandler(EventHandler.onEvent((before, after) -> {
            if (after != null && (before == null || !countedHard(before).equals(countedHard(after)) || !after.getSpec().equals(before.getSpec()))) {
                queue.add(ObjectKey.of(after));
            }
        }));
        context.informers().of(Pod.class).addHandler(EventHandler.onEvent((before, after) -> {
            if (before != null && after != null && !hasEnded(before) && hasEnded(after)) {
                enqueue("", "pods", after.getMetadata().getNamespace());
            }
        }));
        controller = new Controller<>("resourcequota-controller", queue, WORKERS, new ResourceQuotaReconciler(context));
    }

    public Controller<ObjectKey> controller() {
        return controller;
    }

    /// Queues the quotas that count this type, after one of its objects was deleted. A null namespace is ignored, as quotas are namespaced.
    public void deleted(ResourceType<?> type, @Nullable String namespace) {
        if (namespace != null) {
            enqueue(type.group(), type.plural(), namespace);
        }
    }

    private void enqueue(String group, String plural, String namespace) {
        for (var quota : quotas.list(namespace)) {
            var hard = quota.getSpec().getHard();
            if (hard != null && hard.keySet().stream().anyMatch(name -> QuotaUsage.tracks(group, plural, name))) {
                queue.add(ObjectKey.of(quota));
            }
        }
    }

    /// Returns `status.hard`, or an empty map if it is not set. The apiserver leaves it as it is when it charges a quota, so charges queue nothing.
    private static Map<?, ?> countedHard(ResourceQuota quota) {
        var counted = quota.getStatus() == null ? null : quota.getStatus().getHard();
        return Objects.requireNonNullElse(counted, Map.of());
    }

    private static boolean hasEnded(Pod pod) {
        var phase = pod.getStatus() == null ? "" : pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }
}
