package io.moka.apiserver.server;

import io.moka.apiserver.core.rest.ObjectWriter;
import io.moka.apiserver.core.rest.ResourceHandler;
import io.moka.apiserver.core.rest.VerbContext;
import io.moka.apiserver.core.rest.Verbs;
import io.moka.apiserver.front.discovery.EtcdCheck;
import io.moka.apiserver.kinds.BuiltinStrategies;
import io.moka.apiserver.kinds.componentstatus.Components;
import io.moka.apiserver.kinds.kubelet.KubeletOptions;
import io.moka.apiserver.kinds.kubelet.KubeletProxy;
import io.moka.apiserver.kinds.proxy.ProxySubresource;
import io.moka.apiserver.kinds.service.AddressRepair;
import io.moka.apiserver.kinds.service.AllocationGuard;
import io.moka.apiserver.kinds.service.ClusterAddresses;
import io.moka.apiserver.kinds.service.PortRange;
import io.moka.apiserver.kinds.service.ServiceAddresses;
import io.moka.apiserver.kinds.service.ServiceAllocations;
import io.moka.apiserver.kinds.subresource.Subresources;
import io.moka.apiserver.kinds.table.Tables;
import io.moka.apiserver.server.bootstrap.ServiceRange;
import io.vertx.core.Vertx;

/// The parts of chapter `kinds`: the strategies, the allocation of service addresses and ports, the subresources; and with them the handler of all resources.
final class KindParts implements AutoCloseable {
    final ServiceAddresses addresses;
    final ServiceAllocations services;
    final ServiceRange serviceRange;
    final ResourceHandler resources;

    KindParts(Vertx vertx, CoreParts core, AccessParts access, VerbContext context, ServerOptions options) {
        addresses = ServiceAddresses.parse(options.serviceClusterIpRange);
        var clusterAddresses = new ClusterAddresses(core.caches, core.catalog, core.prefix, addresses, core.clock);
        var serviceType = core.catalog.get("", "v1", "services");
        services = new ServiceAllocations(core.caches, serviceType, clusterAddresses, PortRange.parse(options.serviceNodePortRange),
                new AllocationGuard(core.prefix + "moka/service-allocations"));
        serviceRange = new ServiceRange(context, new ObjectWriter(context), addresses,
                new AddressRepair(core.store, core.caches, serviceType, clusterAddresses, core.prefix, core.clock), core.sleeper);
        BuiltinStrategies.register(context.strategies(), services, options.eventTtlSeconds);
        Verbs verbs = Verbs.of(context, new Tables(core.clock), access.authorizer);
        var kubelets = new KubeletProxy(vertx, new KubeletOptions(options.kubeletClientCertificate, options.kubeletClientKey, options.kubeletCertificateAuthority), core.caches, core.catalog);
        resources = new ResourceHandler(context, verbs, Subresources.of(context, verbs, new Subresources.Services(access.authorizer, access.roles::rulesOf, access.authenticators,
                options.authentication.accounts, kubelets, new ProxySubresource(vertx, core.caches, core.catalog), new Components(vertx, options.components, new EtcdCheck(core.store)))));
    }

    /// Ends all open watches.
    @Override
    public void close() {
        resources.stop();
        serviceRange.close();
    }
}
