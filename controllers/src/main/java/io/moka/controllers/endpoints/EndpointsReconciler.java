package io.moka.controllers.endpoints;

import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointAddressBuilder;
import io.fabric8.kubernetes.api.model.EndpointPort;
import io.fabric8.kubernetes.api.model.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.EndpointSubsetBuilder;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.ServicePods;
import io.moka.controllers.common.ServiceQueues;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Pods;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes the Endpoints object of one service.
final class EndpointsReconciler implements Reconciler<ObjectKey> {

    private static final int LARGEST = 1000;

    private final Lister<Service> services;
    private final Lister<Pod> pods;
    private final Resources<Endpoints> endpoints;

    EndpointsReconciler(ControllerContext context) {
        this.services = context.informers().of(Service.class).lister();
        this.pods = context.informers().of(Pod.class).lister();
        this.endpoints = context.client().resources(Endpoints.class);
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var service = services.get(key);
        var present = endpoints.find(key.namespace(), key.name());
        if (service == null) {
            if (present != null && isManaged(present)) {
                endpoints.delete(key.namespace(), key.name());
            }
            return Outcome.DONE;
        }
        if (ServiceQueues.hasSelector(service) && !"ExternalName".equals(service.getSpec().getType())) {
            write(service, present);
        }
        return Outcome.DONE;
    }

    /// Whether this controller may delete the object. Old clients keep leader-election records in Endpoints; these must not be deleted.
    private static boolean isManaged(Endpoints present) {
        var annotations = present.getMetadata().getAnnotations();
        return annotations == null || !annotations.containsKey("control-plane.alpha.kubernetes.io/leader");
    }

    private void write(Service service, @Nullable Endpoints present) {
        var wanted = wanted(service);
        if (present == null) {
            endpoints.create(wanted);
        } else if (!Objects.equals(present.getSubsets(), wanted.getSubsets())
                || !Objects.equals(labels(present), labels(wanted))) {
            var changed = Json.copy(present);
            changed.setSubsets(wanted.getSubsets());
            changed.getMetadata().setLabels(wanted.getMetadata().getLabels());
            endpoints.update(changed);
        }
    }

    private static Map<String, String> labels(Endpoints object) {
        return object.getMetadata().getLabels() == null ? Map.of() : object.getMetadata().getLabels();
    }

    private Endpoints wanted(Service service) {
        var labels = new TreeMap<String, String>();
        if (service.getMetadata().getLabels() != null) {
            labels.putAll(service.getMetadata().getLabels());
        }
        labels.put("endpoints.kubernetes.io/managed-by", "endpoint-controller");
        if (ServicePods.isHeadless(service)) {
            labels.put("service.kubernetes.io/headless", "");
        }
        return new EndpointsBuilder()
                .withNewMetadata().withNamespace(service.getMetadata().getNamespace()).withName(service.getMetadata().getName()).withLabels(labels).endMetadata()
                .withSubsets(subsets(service))
                .build();
    }

    /// Pods with the same set of ports make up one subset.
    private List<EndpointSubset> subsets(Service service) {
        var byPorts = new LinkedHashMap<List<EndpointPort>, List<Pod>>();
        boolean publishAll = Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses());
        for (var pod : ServicePods.of(service, pods).stream().limit(LARGEST).toList()) {
            if (publishAll || !Pods.isTerminating(pod)) {
                byPorts.computeIfAbsent(ports(service, pod), ports -> new ArrayList<>()).add(pod);
            }
        }
        var subsets = new ArrayList<EndpointSubset>();
        byPorts.forEach((ports, members) -> subsets.add(new EndpointSubsetBuilder()
                .withAddresses(addresses(service, members, true)).withNotReadyAddresses(addresses(service, members, false)).withPorts(ports).build()));
        return subsets;
    }

    private static List<EndpointPort> ports(Service service, Pod pod) {
        var ports = new ArrayList<EndpointPort>();
        for (var port : service.getSpec().getPorts()) {
            var number = ServicePods.targetPort(port, pod);
            if (number != null) {
                ports.add(new EndpointPortBuilder().withName(port.getName()).withPort(number).withProtocol(port.getProtocol())
                        .withAppProtocol(port.getAppProtocol()).build());
            }
        }
        return ports;
    }

    private static List<EndpointAddress> addresses(Service service, List<Pod> members, boolean ready) {
        boolean publishAll = Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses());
        return members.stream().filter(pod -> (publishAll || Pods.isReady(pod)) == ready)
                .map(pod -> new EndpointAddressBuilder().withIp(pod.getStatus().getPodIP()).withNodeName(pod.getSpec().getNodeName())
                        .withHostname(ServicePods.hostname(service, pod)).withTargetRef(ServicePods.reference(pod)).build())
                .toList();
    }
}
