package io.moka.apiserver.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.authn.UserInfo;
import io.moka.apiserver.crd.Conditions;
import io.moka.apiserver.discovery.RemoteVersion;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.rest.ObjectWriter;
import io.moka.apiserver.rest.Registry;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.storage.StoreUnavailableException;
import io.moka.apiserver.webhook.ServiceEndpoints;
import io.moka.apiserver.webhook.UnreachableException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Knows the API servers behind this one, and whether they answer. One thread looks at all of them, as often as [#INTERVAL] says.
public final class RemoteServices implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteServices.class);
    private static final UserInfo SERVER = new UserInfo("system:apiserver", List.of("system:masters", "system:authenticated"));
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration WHILE_AVAILABLE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Registry registry;
    private final ServiceEndpoints endpoints;
    private final Vertx vertx;
    private final AggregationOptions options;
    private final ObjectWriter writer;
    private final ResourceType type;
    private final LocalServices local;
    private final Thread thread = Thread.ofVirtual().name("api-services").unstarted(this::run);
    private volatile Map<String, Remote> remotes = Map.of();
    private volatile boolean stopping;

    /// @param resources of its discovery, in aggregated form
    record Remote(RemoteService service, HttpClient client, Availability availability, ArrayNode resources, long checkedNanos) {}

    public RemoteServices(Registry registry, ServiceEndpoints endpoints, Vertx vertx, AggregationOptions options) {
        this.registry = registry;
        this.endpoints = endpoints;
        this.vertx = vertx;
        this.options = options;
        writer = new ObjectWriter(registry);
        type = registry.catalog().get("apiregistration.k8s.io", "v1", "apiservices");
        local = new LocalServices(registry, writer, type);
    }

    public void start() {
        thread.start();
    }

    /// The server that a group version is served by; null when it is this one, or nobody.
    @Nullable Remote find(String groupVersion) {
        return remotes.get(groupVersion);
    }

    /// What discovery shall show beside this server's own resources.
    public List<RemoteVersion> versions() {
        return remotes.values().stream()
                .sorted(Comparator.comparing((Remote remote) -> -remote.service().groupPriority()).thenComparing(remote -> remote.service().group())
                        .thenComparing(remote -> -remote.service().versionPriority()))
                .map(remote -> new RemoteVersion(remote.service().group(), remote.service().version(), remote.resources(), remote.availability().available())).toList();
    }

    /// Where a remote's requests go.
    ///
    /// @throws UnreachableException when its service has no endpoint
    RequestOptions target(RemoteService service) {
        ServiceEndpoints.Address address = endpoints.resolve(service.serviceNamespace(), service.serviceName(), service.port());
        return new RequestOptions().setSsl(true).setServer(SocketAddress.inetSocketAddress(address.port(), address.host())).setHost(service.host()).setPort(service.port());
    }

    private void run() {
        try {
            while (!registry.caches().awaitSynced(Duration.ofSeconds(10))) {
                LOG.debug("Waiting for the caches");
            }
            while (!stopping) {
                look();
                TimeUnit.MILLISECONDS.sleep(INTERVAL.toMillis());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            local.ensure();
            Map<String, Remote> next = new LinkedHashMap<>();
            for (ObjectNode object : registry.caches().list(type, "")) {
                if (RemoteService.isRemote(object)) {
                    RemoteService service = new RemoteService(object);
                    next.put(service.groupVersion(), check(service, remotes.get(service.groupVersion())));
                }
            }
            Map<String, Remote> before = remotes;
            remotes = next;
            before.forEach((name, remote) -> {
                Remote kept = next.get(name);
                if (kept == null || kept.client() != remote.client()) {
                    remote.client().close();
                }
            });
            next.values().forEach(remote -> writeCondition(remote.service(), remote.availability()));
        } catch (ApiException | StoreUnavailableException failed) {
            LOG.info("API services are looked at again: {}", failed.getMessage());
        } catch (RuntimeException unexpected) {
            LOG.error("API services could not be looked at", unexpected);
        }
    }

    private Remote check(RemoteService service, @Nullable Remote known) {
        boolean same = known != null && known.service().object().path("spec").equals(service.object().path("spec"));
        if (same && known.availability().available() && System.nanoTime() - known.checkedNanos() < WHILE_AVAILABLE.toNanos()) {
            return new Remote(service, known.client(), known.availability(), known.resources(), known.checkedNanos());
        }
        HttpClient client = same ? known.client() : vertx.createHttpClient(service.clientOptions(options));
        ArrayNode resources = same ? known.resources() : Json.object().arrayNode();
        Availability availability;
        try {
            resources = discover(service, client);
            availability = Availability.PASSED;
        } catch (UnreachableException failed) {
            String why = String.valueOf(failed.getMessage());
            String reason = why.endsWith("not found") ? "ServiceNotFound" : why.startsWith("no endpoints") ? "MissingEndpoints" : why.startsWith("no service port") ? "ServicePortError" : "FailedDiscoveryCheck";
            availability = new Availability(false, reason, reason.equals("FailedDiscoveryCheck") ? "failing or missing response from https://" + service.host() + ":" + service.port()
                    + "/apis/" + service.groupVersion() + ": " + why : why);
        }
        return new Remote(service, client, availability, resources, System.nanoTime());
    }

    private ArrayNode discover(RemoteService service, HttpClient client) {
        RequestOptions request = target(service).setMethod(HttpMethod.GET).setURI("/apis/" + service.groupVersion()).setTimeout(PATIENCE.toMillis());
        RemoteIdentity.headers(SERVER).forEach(header -> request.addHeader(header.getKey(), header.getValue()));
        request.putHeader("Accept", "application/json");
        var answer = client.request(request).compose(sent -> sent.send()).compose(response -> response.body().map(body -> {
            if (response.statusCode() != 200) {
                throw new UnreachableException("bad status from https://" + service.host() + "/apis/" + service.groupVersion() + ": " + response.statusCode());
            }
            return body;
        }));
        try {
            JsonNode document = Json.MAPPER.readTree(answer.toCompletionStage().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).getBytes());
            return RemoteDiscovery.aggregated(service.group(), service.version(), document);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof UnreachableException refused ? refused : new UnreachableException(String.valueOf(failed.getCause().getMessage()), failed.getCause());
        } catch (TimeoutException | IOException failed) {
            throw new UnreachableException(failed instanceof TimeoutException ? "timed out" : "its discovery is not JSON", failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new UnreachableException("interrupted", stopped);
        }
    }

    private void writeCondition(RemoteService service, Availability availability) {
        ObjectNode wanted = service.object().deepCopy();
        set(wanted, availability);
        if (wanted.path("status").equals(service.object().path("status"))) {
            return;
        }
        try {
            writer.updateStatus(type, "", service.name(), SERVER, current -> set(current, availability));
        } catch (ApiException refused) {
            LOG.debug("The condition of {} will be written later: {}", service.name(), refused.getMessage());
        }
    }

    private void set(ObjectNode object, Availability availability) {
        Conditions.set(object, "Available", availability.available(), availability.reason(), availability.message(), registry.clock().instant());
    }

    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
    }
}
