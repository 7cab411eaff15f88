package io.moka.apiserver;

import io.moka.apiserver.admission.AdmissionChain;
import io.moka.apiserver.admission.PluginSelection;
import io.moka.apiserver.aggregation.AggregatingHandler;
import io.moka.apiserver.aggregation.ApiServiceStrategy;
import io.moka.apiserver.aggregation.RemoteServices;
import io.moka.apiserver.audit.Auditor;
import io.moka.apiserver.authn.Authenticators;
import io.moka.apiserver.authz.Authorizer;
import io.moka.apiserver.authz.AuthorizerChain;
import io.moka.apiserver.authz.BootstrapRoles;
import io.moka.apiserver.authz.Escalation;
import io.moka.apiserver.authz.RbacAuthorizer;
import io.moka.apiserver.bootstrap.AuthenticationConfig;
import io.moka.apiserver.bootstrap.FlowObjects;
import io.moka.apiserver.bootstrap.RoleObjects;
import io.moka.apiserver.bootstrap.ServiceRange;
import io.moka.apiserver.bootstrap.SystemObjects;
import io.moka.apiserver.componentstatus.Components;
import io.moka.apiserver.crd.DefinitionController;
import io.moka.apiserver.discovery.Discovery;
import io.moka.apiserver.discovery.EtcdCheck;
import io.moka.apiserver.discovery.HealthChecks;
import io.moka.apiserver.discovery.IssuerDocuments;
import io.moka.apiserver.discovery.OpenApiHandler;
import io.moka.apiserver.discovery.RootHandler;
import io.moka.apiserver.discovery.Version;
import io.moka.apiserver.encryption.EncryptedStore;
import io.moka.apiserver.encryption.Reloads;
import io.moka.apiserver.flowcontrol.FlowControl;
import io.moka.apiserver.flowcontrol.FlowController;
import io.moka.apiserver.flowcontrol.InFlightLimiter;
import io.moka.apiserver.http.FrontendOptions;
import io.moka.apiserver.http.HttpFrontend;
import io.moka.apiserver.http.Patience;
import io.moka.apiserver.http.RequestMetrics;
import io.moka.apiserver.http.RequestPipeline;
import io.moka.apiserver.kubelet.KubeletOptions;
import io.moka.apiserver.kubelet.KubeletProxy;
import io.moka.apiserver.openapi.OpenApi;
import io.moka.apiserver.proxy.ProxySubresource;
import io.moka.apiserver.matching.Cluster;
import io.moka.apiserver.policy.PolicyStatus;
import io.moka.apiserver.resource.Catalog;
import io.moka.apiserver.rest.Conversions;
import io.moka.apiserver.rest.ObjectWriter;
import io.moka.apiserver.rest.Registry;
import io.moka.apiserver.rest.ResourceHandler;
import io.moka.apiserver.schema.SchemaRegistry;
import io.moka.apiserver.storage.CacheBounds;
import io.moka.apiserver.storage.Caches;
import io.moka.apiserver.storage.EtcdOptions;
import io.moka.apiserver.storage.Store;
import io.moka.apiserver.storage.Stores;
import io.moka.apiserver.strategy.AddressRange;
import io.moka.apiserver.strategy.AddressRepair;
import io.moka.apiserver.strategy.AllocationGuard;
import io.moka.apiserver.strategy.ClusterAddresses;
import io.moka.apiserver.strategy.PortRange;
import io.moka.apiserver.strategy.ServiceAllocations;
import io.moka.apiserver.strategy.Strategies;
import io.moka.apiserver.table.Tables;
import io.moka.apiserver.webhook.ServiceEndpoints;
import io.moka.apiserver.webhook.WebhookClient;
import io.moka.machinery.process.Metrics;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running server: its parts, put together in the order in which they need each other.
public final class ServerParts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerParts.class);
    private static final int EVENT_LOOPS = 2;

    private final ServerOptions options;
    private final InstantSource clock = InstantSource.system();
    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setPreferNativeTransport(true).setEventLoopPoolSize(EVENT_LOOPS).setWorkerPoolSize(2).setInternalBlockingPoolSize(2)
            .setFileSystemOptions(new FileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false)));
    private final Catalog catalog = Catalog.builtin();
    private final Store store;
    private final Caches caches;
    private final ServiceAllocations services;
    private final ServiceRange serviceRange;
    private final Registry registry;
    private final ResourceHandler resources;
    private final DefinitionController definitions;
    private final RemoteServices remoteServices;
    private final PolicyStatus policyStatus;
    private final HttpFrontend frontend;
    private final AtomicBoolean systemObjectsMade = new AtomicBoolean();
    private final AtomicBoolean rolesMade = new AtomicBoolean();
    private final AtomicBoolean flowsMade = new AtomicBoolean();
    private final RbacAuthorizer roles;
    private final Authorizer authorizer;
    private final HealthChecks health;
    private final RequestPipeline pipeline;
    private final @Nullable Auditor auditor;
    private final Reloads reloads;
    private final IdleHeap idleHeap = new IdleHeap();
    private final Thread starter;

    public ServerParts(ServerOptions options) throws IOException {
        this.options = options;
        options.requests.check();
        Store etcd = Stores.etcd(vertx, new EtcdOptions(options.etcdServers, options.etcdCaFile, options.etcdCertFile, options.etcdKeyFile, Duration.ofSeconds(10)));
        EncryptedStore encrypted = options.encryption.configFile == null ? null : EncryptedStore.open(etcd, options.encryption, options.keyPrefix(), catalog);
        store = encrypted == null ? etcd : encrypted;
        caches = new Caches(store, options.keyPrefix(), catalog, new CacheBounds(options.watchCacheEvents, CacheBounds.DEFAULT.maxEventBytes()));
        reloads = encrypted == null ? Reloads.NONE : encrypted.follow(caches::relist);
        caches.start();
        health = health();
        roles = new RbacAuthorizer(catalog, caches);
        authorizer = AuthorizerChain.of(options.authorization.modes, catalog, caches, roles);
        AddressRange addresses = AddressRange.parse(options.serviceClusterIpRange);
        var clusterAddresses = new ClusterAddresses(caches, catalog, options.keyPrefix(), addresses, clock);
        services = new ServiceAllocations(caches, catalog.get("", "v1", "services"), clusterAddresses,
                PortRange.parse(options.serviceNodePortRange), new AllocationGuard(options.keyPrefix() + "moka/service-allocations"));
        var endpoints = new ServiceEndpoints(caches, catalog);
        var webhooks = new WebhookClient(vertx, endpoints);
        SchemaRegistry schemas = SchemaRegistry.load();
        var cluster = new Cluster(catalog, schemas, caches, authorizer, new Conversions());
        registry = new Registry(catalog, schemas, store, caches, options.keyPrefix(), new Strategies(services, options.eventTtlSeconds), admission(cluster, webhooks), clock);
        serviceRange = new ServiceRange(registry, new ObjectWriter(registry), addresses,
                new AddressRepair(store, caches, catalog.get("", "v1", "services"), clusterAddresses, options.keyPrefix(), clock));
        policyStatus = new PolicyStatus(cluster, new ObjectWriter(registry));
        Authenticators authenticators = Authenticators.of(options.authentication, catalog, caches, clock);
        var kubelets = new KubeletProxy(vertx,
                new KubeletOptions(options.kubeletClientCertificate, options.kubeletClientKey, options.kubeletCertificateAuthority), caches, catalog);
        resources = new ResourceHandler(registry, new ResourceHandler.Services(new Tables(clock), authorizer, roles::rulesOf, authenticators, options.authentication.accounts, kubelets, new ProxySubresource(vertx, caches, catalog),
                new Components(vertx, options.components, new EtcdCheck(store))));
        definitions = new DefinitionController(registry, webhooks);
        definitions.start();
        BuiltinPlugins.strategies(registry.strategies());
        registry.strategies().put("apiservices.apiregistration.k8s.io", new ApiServiceStrategy());
        remoteServices = new RemoteServices(registry, endpoints, vertx, options.aggregation);
        FlowControl flowControl = flowControl();
        var openApi = new OpenApiHandler(new OpenApi(registry.schemas(), catalog, Version.TEXT));
        var root = new RootHandler(new Discovery(catalog, remoteServices::versions), health, Metrics::scrape, openApi, resources);
        root.add("/.well-known/openid-configuration", issuer(authenticators)::configuration);
        root.add("/openid/v1/jwks", issuer(authenticators)::keys);
        if (flowControl instanceof FlowController controller) {
            root.add("/debug/api_priority_and_fairness/dump_priority_levels", exchange -> RootHandler.text(exchange, controller.dumpLevels()));
            root.add("/debug/api_priority_and_fairness/dump_queues", exchange -> RootHandler.text(exchange, controller.dumpQueues()));
        }
        auditor = options.audit.enabled() ? Auditor.open(options.audit, clock, Metrics.registry()) : null;
        pipeline = new RequestPipeline(new RequestPipeline.Guards(authenticators.any(), options.authentication.anonymous, authorizer, flowControl, auditor, options.requests.timeout),
                new RequestMetrics(Metrics.registry()), () -> caches.synced() && definitions.synced(), new AggregatingHandler(remoteServices, root));
        frontend = HttpFrontend.listen(vertx, new FrontendOptions(options.bindAddress, options.securePort, options.tlsCertFile, options.tlsPrivateKeyFile, Patience.USUAL,
                options.requests.streams(), options.requests.goAwayChance), EVENT_LOOPS, pipeline);
        starter = Thread.ofVirtual().name("post-start").start(() -> finishStart(addresses));
    }

    public int port() {
        return frontend.port();
    }

    private AdmissionChain admission(Cluster cluster, WebhookClient webhooks) throws IOException {
        return PluginSelection.choose(BuiltinPlugins.rows(new BuiltinPlugins.Parts(cluster, webhooks, this::quotaWriter, clock)), options.admission,
                BuiltinPlugins.always(new Escalation(roles, authorizer)));
    }

    /// Plugins are made before the registry is.
    private ObjectWriter quotaWriter() {
        return new ObjectWriter(registry);
    }

    private IssuerDocuments issuer(Authenticators authenticators) {
        return new IssuerDocuments(options.authentication.accounts, authenticators.keys(), "https://" + options.advertised() + ":" + options.securePort);
    }

    private FlowControl flowControl() {
        if (!options.requests.priorityAndFairness) {
            return new InFlightLimiter(options.requests.maxReading, options.requests.maxChanging);
        }
        return new FlowController(catalog, caches, options.requests.maxReading + options.requests.maxChanging, caches::count, Metrics.registry());
    }

    private HealthChecks health() {
        HealthChecks checks = new HealthChecks();
        checks.addReadiness("etcd", new EtcdCheck(store));
        checks.addReadiness("informer-sync", caches::synced);
        checks.addReadiness("poststarthook/crd-informer-synced", () -> definitions.synced());
        checks.add("poststarthook/start-system-namespaces-controller", systemObjectsMade::get);
        checks.add("poststarthook/rbac/bootstrap-roles", rolesMade::get);
        checks.add("poststarthook/priority-and-fairness-config-producer", flowsMade::get);
        return checks;
    }

    /// What has to wait for etcd.
    private void finishStart(AddressRange addresses) {
        try {
            while (!caches.awaitSynced(Duration.ofSeconds(10))) {
                LOG.info("Waiting for etcd at {}", options.etcdServers);
            }
            services.start();
            ObjectWriter writer = new ObjectWriter(registry);
            serviceRange.ensure();
            new SystemObjects(registry, writer, addresses.at(1), options.advertised(), port()).make();
            systemObjectsMade.set(true);
            serviceRange.start();
            BootstrapRoles.reconcile(catalog, new RoleObjects(registry, writer));
            rolesMade.set(true);
            new AuthenticationConfig(registry, writer).ensure(options.authentication.clientCaFile, options.authentication.frontProxy.clientCaFile, options.authentication.frontProxy.allowedNames);
            remoteServices.start();
            policyStatus.start();
            FlowObjects flows = new FlowObjects(registry, writer);
            flows.make();
            flowsMade.set(true);
            idleHeap.start();
            LOG.info("Serving on port {}", port());
            flows.run();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | IOException failed) {
            LOG.error("The start could not be finished", failed);
        }
    }

    /// Ends watches and finishes what is in flight, then lets go of etcd, and with it of the event loops.
    @Override
    public void close() {
        health.shutDown();
        pause(options.requests.shutdownDelay);
        starter.interrupt();
        idleHeap.close();
        resources.stop();
        definitions.close();
        remoteServices.close();
        policyStatus.close();
        serviceRange.close();
        frontend.drain(options.requests.timeout, pipeline::idle);
        frontend.close();
        pipeline.close();
        if (auditor != null) {
            auditor.close();
        }
        reloads.close();
        caches.close();
        store.close();
    }

    /// Load balancers need a while to notice that we are no longer ready.
    private static void pause(Duration delay) {
        try {
            TimeUnit.NANOSECONDS.sleep(delay.toNanos());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
