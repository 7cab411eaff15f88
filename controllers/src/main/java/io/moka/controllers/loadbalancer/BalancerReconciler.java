package io.moka.controllers.loadbalancer;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.WrittenVersions;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.PlanWriter;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Computes the plan for all services together and carries it out. The reconciler waits while the cache does not show all of its own writes, so that no address
/// is given twice.
final class BalancerReconciler implements Reconciler<ObjectKey> {

    /// The only key: all services.
    static final ObjectKey KEY = ObjectKey.ofCluster("load-balancers");
    static final String BY_SERVICE = "service";
    private static final Logger log = LoggerFactory.getLogger(BalancerReconciler.class);

    private final Lister<Service> services;
    private final Lister<Node> nodes;
    private final Lister<EndpointSlice> slices;
    private final Lister<ConfigMap> configs;
    private final Resources<Service> live;
    private final PlanWriter writer;
    private final WrittenVersions written;
    private final InstantSource clock;
    // used by the only worker: the problems of the configuration that were last reported
    private List<String> reported = List.of();

    BalancerReconciler(ControllerContext context, Lister<EndpointSlice> slices, Lister<ConfigMap> configs) {
        this.services = context.informers().of(Service.class).lister();
        this.nodes = context.informers().of(Node.class).lister();
        this.slices = slices;
        this.configs = configs;
        this.live = context.client().resources(Service.class);
        this.writer = new PlanWriter(context.client(), context.events().apply("service-lb-controller"));
        this.written = new WrittenVersions(context.clock());
        this.clock = context.clock();
    }

    void deleted(ObjectKey service) {
        written.forget(service);
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var all = services.list();
        if (!all.stream().map(written::shows).reduce(true, Boolean::logicalAnd)) {
            return Outcome.requeueAfter(WrittenVersions.LOOK_AGAIN);
        }
        var pools = Pools.of(configs.get(Pools.NAMESPACE, Pools.CONFIG_MAP));
        if (!pools.unreadable().equals(reported)) {
            reported = pools.unreadable();
            reported.forEach(part -> log.warn("config map {}/{} has something that is no range of addresses, which is ignored: {}", Pools.NAMESPACE, Pools.CONFIG_MAP, part));
        }
        var plan = BalancerPlan.of(new BalancerPlan.World(all, nodes.list(), service -> slices.byIndex(BY_SERVICE, service), pools), clock.instant());
        carryOut(plan);
        return plan.outcome();
    }

    private void carryOut(Plan plan) {
        for (var write : plan.writes()) {
            if (write instanceof Write.UpdateStatus(var object) && object instanceof Service service) {
                written.wrote(live.updateStatus(service));
            } else {
                writer.carryOut(write);
            }
        }
    }
}
