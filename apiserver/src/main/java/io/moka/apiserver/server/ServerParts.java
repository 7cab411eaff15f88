package io.moka.apiserver.server;

import io.moka.apiserver.admission.policy.PolicyStatus;
import io.moka.apiserver.core.rest.ObjectWriter;
import io.moka.apiserver.core.rest.VerbContext;
import io.moka.apiserver.core.strategy.Strategies;
import io.moka.apiserver.extension.webhook.ServiceEndpoints;
import io.moka.apiserver.extension.webhook.WebhookClient;
import io.moka.apiserver.front.authz.BootstrapRoles;
import io.moka.apiserver.kinds.warning.Warnings;
import io.moka.apiserver.server.bootstrap.AuthenticationConfig;
import io.moka.apiserver.server.bootstrap.FlowObjects;
import io.moka.apiserver.server.bootstrap.RoleObjects;
import io.moka.apiserver.server.bootstrap.SystemObjects;
import io.moka.machinery.net.Ipv4Range;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running server: creates the parts of the chapters in the order in which they need each other, and runs the steps of the start.
public final class ServerParts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerParts.class);
    private static final int EVENT_LOOPS = 2;
    private static final Duration BLOCKED_THREAD_CHECK = Duration.ofSeconds(10);
    private static final Duration SYNC_ATTEMPT = Duration.ofSeconds(10);

    private final ServerOptions options;
    private final CoreParts core;
    private final VerbContext context;
    private final KindParts kinds;
    private final ExtensionParts extensions;
    private final PolicyStatus policyStatus;
    private final FrontParts front;
    private final Thread starter;
    private volatile boolean closing;

    public ServerParts(ServerOptions options) throws IOException {
        this.options = options;
        options.requests.check();
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true).setEventLoopPoolSize(EVENT_LOOPS).setWorkerPoolSize(2).setInternalBlockingPoolSize(2)
                .setBlockedThreadCheckInterval(BLOCKED_THREAD_CHECK.toMillis()).setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
                .setFileSystemOptions(new FileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false)));
        core = new CoreParts(vertx, options, InstantSource.system(), Sleeper.SYSTEM);
        var access = new AccessParts(core, options);
        var endpoints = new ServiceEndpoints(core.caches, core.catalog);
        var webhooks = new WebhookClient(vertx, endpoints);
        var admission = new AdmissionParts(core, access, webhooks, this::writer, options);
        context = new VerbContext(core.catalog, core.schemas, core.store, core.caches, core.prefix, new Strategies(), Warnings.RULES, admission.chain, core.clock);
        policyStatus = admission.policyStatus(writer(), core.sleeper);
        kinds = new KindParts(vertx, core, access, context, options);
        extensions = new ExtensionParts(vertx, context, endpoints, webhooks, options, core.sleeper);
        BuiltinPlugins.strategies(context.strategies());
        // the table of strategies is complete from here on, and is read by every thread that starts now
        extensions.definitions.start();
        front = new FrontParts(vertx, EVENT_LOOPS, core, access, kinds, extensions, options);
        starter = NeededThread.unstarted("post-start", this::finishStart);
        starter.start();
    }

    public int port() {
        return front.port();
    }

    private ObjectWriter writer() {
        return new ObjectWriter(context);
    }

    /// Runs the steps of the start that have to wait for etcd.
    private void finishStart() {
        ObjectWriter writer = writer();
        FlowObjects flows = new FlowObjects(context, writer, core.sleeper);
        try {
            while (!core.caches.awaitSynced(SYNC_ATTEMPT)) {
                LOG.info("Waiting for etcd at {}", options.etcdServers);
            }
            kinds.services.start();
            new StartSteps(core.sleeper).run(List.of(
                    new StartSteps.Step("service addresses", kinds.serviceRange::ensure),
                    new StartSteps.Step("system namespaces", () -> {
                        new SystemObjects(context, writer, Ipv4Range.dotted(kinds.addresses.at(1)), options.advertised(), port()).make();
                        front.systemObjectsMade.set(true);
                    }),
                    new StartSteps.Step("roles", () -> {
                        BootstrapRoles.reconcile(core.catalog, new RoleObjects(context, writer));
                        front.rolesMade.set(true);
                    }),
                    new StartSteps.Step("authentication configuration", () -> new AuthenticationConfig(context, writer)
                            .ensure(options.authentication.clientCaFile, options.authentication.frontProxy.clientCaFile, options.authentication.frontProxy.allowedNames)),
                    new StartSteps.Step("flow schemas", () -> {
                        flows.make();
                        front.flowsMade.set(true);
                    })));
            kinds.serviceRange.start();
            extensions.remoteServices.start();
            policyStatus.start();
            LOG.info("Serving on port {}", port());
            flows.run();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException unexpected) {
            if (!closing) {
                throw unexpected;
            }
            LOG.debug("The start was broken off", unexpected);
        }
    }

    /// Ends watches, finishes the requests in flight, then closes the store and with it the event loops.
    @Override
    public void close() {
        closing = true;
        front.shutDown();
        pause(options.requests.shutdownDelay);
        starter.interrupt();
        kinds.close();
        extensions.close();
        policyStatus.close();
        front.close();
        core.close();
    }

    /// Gives load balancers time to notice that the server is no longer ready.
    private void pause(Duration delay) {
        try {
            core.sleeper.sleep(delay);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
