package io.moka.controllers.endpointslicemirroring;

import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Service;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.ServiceQueues;
import io.moka.controllers.endpointslice.SliceWriter;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Owners;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Brings the copies of one Endpoints object up to date.
final class MirroringReconciler implements Reconciler<ObjectKey> {

    private static final String SKIP = "endpointslice.kubernetes.io/skip-mirror";
    private static final String LEADER = "control-plane.alpha.kubernetes.io/leader";
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private final Lister<Endpoints> endpoints;
    private final Lister<Service> services;
    private final SliceWriter writer;

    MirroringReconciler(ControllerContext context, SliceWriter writer) {
        this.endpoints = context.informers().of(Endpoints.class).lister();
        this.services = context.informers().of(Service.class).lister();
        this.writer = writer;
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var original = endpoints.get(key);
        var service = services.get(key);
        if (original == null || service == null || ServiceQueues.hasSelector(service) || !isToBeCopied(original)) {
            return writer.deleteAll(key);
        }
        for (var addressType : List.of("IPv4", "IPv6")) {
            var outcome = writer.write(frame(key, original, addressType), Copies.of(original, addressType));
            if (!outcome.equals(Outcome.DONE)) {
                return outcome;
            }
        }
        return Outcome.DONE;
    }

    private static boolean isToBeCopied(Endpoints original) {
        return original.getMetadata().getDeletionTimestamp() == null
                && !"true".equals(plain(original.getMetadata().getLabels()).get(SKIP))
                && !plain(original.getMetadata().getAnnotations()).containsKey(LEADER);
    }

    private static SliceWriter.Frame frame(ObjectKey key, Endpoints original, String addressType) {
        var annotations = new TreeMap<>(plain(original.getMetadata().getAnnotations()));
        annotations.remove(LAST_APPLIED);
        return new SliceWriter.Frame(key, addressType, plain(original.getMetadata().getLabels()), annotations, Owners.controlledBy(original), false);
    }

    private static Map<String, String> plain(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
