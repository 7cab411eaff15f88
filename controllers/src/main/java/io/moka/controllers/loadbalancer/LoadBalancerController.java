package io.moka.controllers.loadbalancer;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Wires services, nodes, endpoint slices and the pools' config map to the reconciler.
public final class LoadBalancerController {

    private static final String SERVICE_LABEL = "kubernetes.io/service-name";

    private LoadBalancerController() {
    }

    public static Controller<ObjectKey> create(ControllerContext context) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        var services = context.informers().of(Service.class);
        var slices = context.informers().of(EndpointSlice.class).index(BalancerReconciler.BY_SERVICE, slice -> List.of(serviceOf(slice)));
        var configs = context.informers().of(ConfigMap.class, "metadata.name=" + Pools.CONFIG_MAP);
        var serviceLister = services.lister();
        var reconciler = new BalancerReconciler(context, slices.lister(), configs.lister());
        services.addHandler(EventHandler.onEvent((before, after) -> {
            if (before != null && after == null) {
                reconciler.deleted(ObjectKey.of(before));
            }
            if (isBalanced(before) || isBalanced(after)) {
                queue.add(BalancerReconciler.KEY);
            }
        }));
        slices.addHandler(EventHandler.onChange(slice -> {
            var key = serviceOf(slice).split("/", 2);
            var service = serviceLister.get(key[0], key[1]);
            if (isBalanced(service) && new BalancedService(Objects.requireNonNull(service)).local()) {
                queue.add(BalancerReconciler.KEY);
            }
        }));
        context.informers().of(Node.class).addHandler(EventHandler.onEvent((before, after) -> {
            if (before == null || after == null || !NodeAddresses.facts(before).equals(NodeAddresses.facts(after))) {
                queue.add(BalancerReconciler.KEY);
            }
        }));
        configs.addHandler(EventHandler.onChange(config -> queue.add(BalancerReconciler.KEY)));
        return new Controller<>("service-lb-controller", queue, 1, reconciler);
    }

    private static boolean isBalanced(@Nullable Service service) {
        return service != null && "LoadBalancer".equals(service.getSpec().getType());
    }

    private static String serviceOf(EndpointSlice slice) {
        var labels = slice.getMetadata().getLabels();
        return slice.getMetadata().getNamespace() + "/" + (labels == null ? "" : labels.getOrDefault(SERVICE_LABEL, ""));
    }
}
