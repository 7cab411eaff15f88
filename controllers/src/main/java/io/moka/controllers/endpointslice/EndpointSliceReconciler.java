package io.moka.controllers.endpointslice;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.ServicePods;
import io.moka.controllers.common.ServiceQueues;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Owners;
import java.util.HashMap;
import java.util.Map;

/// Brings the slices of one service up to date.
final class EndpointSliceReconciler implements Reconciler<ObjectKey> {

    private final Lister<Service> services;
    private final Lister<Pod> pods;
    private final Lister<Node> nodes;
    private final SliceWriter writer;

    EndpointSliceReconciler(ControllerContext context, SliceWriter writer) {
        this.services = context.informers().of(Service.class).lister();
        this.pods = context.informers().of(Pod.class).lister();
        this.nodes = context.informers().of(Node.class).lister();
        this.writer = writer;
    }

    /// A service without endpoints keeps one empty slice: that it has none is news too.
    @Override
    public Outcome reconcile(ObjectKey key) {
        var service = services.get(key);
        if (service == null) {
            return writer.deleteAll(key);
        }
        if (ServiceQueues.hasSelector(service) && !"ExternalName".equals(service.getSpec().getType())) {
            var frame = new SliceWriter.Frame(key, "IPv4", Slices.labels(service), null, Owners.controlledBy(service), true);
            return writer.write(frame, Slices.endpoints(service, ServicePods.of(service, pods), zones()));
        }
        return Outcome.DONE;
    }

    private Map<String, String> zones() {
        var zones = new HashMap<String, String>();
        for (var node : nodes.list()) {
            var labels = node.getMetadata().getLabels();
            if (labels != null && labels.containsKey("topology.kubernetes.io/zone")) {
                zones.put(node.getMetadata().getName(), labels.get("topology.kubernetes.io/zone"));
            }
        }
        return zones;
    }
}
