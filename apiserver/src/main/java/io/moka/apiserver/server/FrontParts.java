package io.moka.apiserver.server;

import io.moka.apiserver.extension.aggregation.AggregatingHandler;
import io.moka.apiserver.extension.aggregation.ComponentPageHandler;
import io.moka.apiserver.front.audit.Auditor;
import io.moka.apiserver.front.discovery.Discovery;
import io.moka.apiserver.front.discovery.EtcdCheck;
import io.moka.apiserver.front.discovery.HealthChecks;
import io.moka.apiserver.front.discovery.OpenApiHandler;
import io.moka.apiserver.front.discovery.RootHandler;
import io.moka.apiserver.front.discovery.Version;
import io.moka.apiserver.front.flowcontrol.FlowControl;
import io.moka.apiserver.front.flowcontrol.FlowController;
import io.moka.apiserver.front.flowcontrol.InFlightLimiter;
import io.moka.apiserver.front.http.ClientTimeouts;
import io.moka.apiserver.front.http.FrontendOptions;
import io.moka.apiserver.front.http.HttpFrontend;
import io.moka.apiserver.front.http.RequestMetrics;
import io.moka.apiserver.front.http.RequestPipeline;
import io.moka.apiserver.front.openapi.OpenApi;
import io.moka.machinery.process.Metrics;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The parts of chapter `front` that a request passes: the socket, the pipeline, and the handler that finds the paths. Listens from its creation on.
final class FrontParts implements AutoCloseable {
    final AtomicBoolean systemObjectsMade = new AtomicBoolean();
    final AtomicBoolean rolesMade = new AtomicBoolean();
    final AtomicBoolean flowsMade = new AtomicBoolean();
    private final HealthChecks health = new HealthChecks();
    private final @Nullable Auditor auditor;
    private final RequestPipeline pipeline;
    private final HttpFrontend frontend;
    private final ServerOptions options;

    FrontParts(Vertx vertx, int eventLoops, CoreParts core, AccessParts access, KindParts kinds, ExtensionParts extensions, ServerOptions options) throws IOException {
        this.options = options;
        addChecks(core, extensions);
        FlowControl flowControl = flowControl(core);
        RootHandler root = root(vertx, core, access, kinds, extensions, flowControl);
        auditor = options.audit.enabled() ? Auditor.open(options.audit, core.clock, core.sleeper, Metrics.registry()) : null;
        pipeline = new RequestPipeline(new RequestPipeline.Guards(access.authenticators.any(), options.authentication.anonymous, access.authorizer, flowControl, auditor, options.requests.timeout),
                new RequestMetrics(Metrics.registry()), () -> core.caches.synced() && extensions.definitions.synced(), new AggregatingHandler(extensions.remoteServices, root));
        frontend = HttpFrontend.listen(vertx, new FrontendOptions(options.bindAddress, options.securePort, options.tlsCertFile, options.tlsPrivateKeyFile, ClientTimeouts.DEFAULT,
                options.requests.streams(), options.requests.goAwayChance), eventLoops, pipeline);
    }

    int port() {
        return frontend.port();
    }

    private void addChecks(CoreParts core, ExtensionParts extensions) {
        health.addReadiness("etcd", new EtcdCheck(core.store));
        health.addReadiness("informer-sync", core.caches::following);
        health.addReadiness("poststarthook/crd-informer-synced", extensions.definitions::following);
        health.add("poststarthook/start-system-namespaces-controller", systemObjectsMade::get);
        health.add("poststarthook/rbac/bootstrap-roles", rolesMade::get);
        health.add("poststarthook/priority-and-fairness-config-producer", flowsMade::get);
    }

    private FlowControl flowControl(CoreParts core) {
        if (!options.requests.priorityAndFairness) {
            return new InFlightLimiter(options.requests.maxReading, options.requests.maxChanging);
        }
        return new FlowController(core.catalog, core.caches, options.requests.maxReading + options.requests.maxChanging, core.caches::count, Metrics.registry());
    }

    private RootHandler root(Vertx vertx, CoreParts core, AccessParts access, KindParts kinds, ExtensionParts extensions, FlowControl flowControl) {
        var openApi = new OpenApiHandler(new OpenApi(core.schemas, core.catalog, Version.TEXT));
        var root = new RootHandler(new Discovery(core.catalog, extensions.remoteServices::versions), health, Metrics::scrape, openApi, kinds.resources);
        root.add("/.well-known/openid-configuration", access.issuer()::configuration);
        root.add("/openid/v1/jwks", access.issuer()::keys);
        root.add(ComponentPageHandler.WHY, page(vertx, "scheduler", options.components.schedulerPort()));
        root.add(ComponentPageHandler.AUTOSCALERS, page(vertx, "controllers", options.components.controllersPort()));
        root.add(ComponentPageHandler.PATH, page(vertx, "proxy", options.components.proxyPort()));
        if (flowControl instanceof FlowController controller) {
            root.add("/debug/api_priority_and_fairness/dump_priority_levels", exchange -> RootHandler.text(exchange, controller.dumpLevels()));
            root.add("/debug/api_priority_and_fairness/dump_queues", exchange -> RootHandler.text(exchange, controller.dumpQueues()));
        }
        return root;
    }

    private ComponentPageHandler page(Vertx vertx, String component, int port) {
        return new ComponentPageHandler(vertx, options.components, options.aggregation, component, port);
    }

    /// Reports from now on that the server is not ready.
    void shutDown() {
        health.shutDown();
    }

    /// Finishes the requests in flight, then closes the connections.
    @Override
    public void close() {
        frontend.drain(options.requests.timeout, pipeline::idle);
        frontend.close();
        pipeline.close();
        if (auditor != null) {
            auditor.close();
        }
    }
}
