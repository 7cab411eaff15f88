package io.moka.apiserver.extension.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.json.Conditions;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.rest.ObjectWriter;
import io.moka.apiserver.core.rest.VerbContext;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.StoreUnavailableException;
import io.moka.apiserver.extension.webhook.ServiceEndpoints;
import io.moka.apiserver.extension.webhook.UnreachableException;
import io.moka.apiserver.front.discovery.RemoteVersion;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tracks the aggregated API servers and their availability. One thread checks all of them, at the interval [#INTERVAL].
public final class RemoteServices implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteServices.class);
    private static final UserInfo SERVER = new UserInfo("system:apiserver", List.of("system:masters", "system:authenticated"));
    private static final String LOCAL = "127.0.0.1";
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration WHILE_AVAILABLE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final VerbContext context;
    private final ServiceEndpoints endpoints;
    private final Vertx vertx;
    private final AggregationOptions options;
    private final Sleeper sleeper;
    private final ObjectWriter writer;
    private final ResourceType type;
    private final LocalServices local;
    private final Thread thread = NeededThread.unstarted("api-services", this::run);
    private volatile Map<String, Remote> remotes = Map.of();
    private volatile boolean stopping;
    // used by the thread `api-services` alone; the set is cleared with each change of an APIService
    private long seenRevision = -1;
    private boolean allWritten;
    private final Set<String> unusableSeen = new HashSet<>();

    /// @param resources the server's resources, in the form of aggregated discovery
    record Remote(RemoteService service, HttpClient client, Availability availability, ArrayNode resources, long checkedNanos) {}

    public RemoteServices(VerbContext context, ServiceEndpoints endpoints, Vertx vertx, AggregationOptions options, Sleeper sleeper) {
        this.sleeper = sleeper;
        this.context = context;
        this.endpoints = endpoints;
        this.vertx = vertx;
        this.options = options;
        writer = new ObjectWriter(context);
        type = context.catalog().get("apiregistration.k8s.io", "v1", "apiservices");
        local = new LocalServices(context, writer, type);
    }

    public void start() {
        thread.start();
    }

    /// Returns the remote server of a group version; null when this server, or none, serves it.
    @Nullable Remote find(String groupVersion) {
        return remotes.get(groupVersion);
    }

    /// Returns the group versions that discovery shows beside this server's own, by descending priority.
    public List<RemoteVersion> versions() {
        return remotes.values().stream()
                .sorted(Comparator.comparing((Remote remote) -> -remote.service().groupPriority()).thenComparing(remote -> remote.service().group())
                        .thenComparing(remote -> -remote.service().versionPriority()))
                .map(remote -> new RemoteVersion(remote.service().group(), remote.service().version(), remote.resources(), remote.availability().available())).toList();
    }

    /// Returns the target of requests to a remote server.
    ///
    /// @throws UnreachableException when its service has no endpoint
    RequestOptions target(RemoteService service) {
        Integer localPort = options.localServices.get(service.serviceNamespace() + "/" + service.serviceName());
        if (localPort != null) {
            return new RequestOptions().setSsl(true).setHost(LOCAL).setPort(localPort);
        }
        ServiceEndpoints.Address address = endpoints.resolve(service.serviceNamespace(), service.serviceName(), service.port());
        return new RequestOptions().setSsl(true).setServer(SocketAddress.inetSocketAddress(address.port(), address.host())).setHost(service.host()).setPort(service.port());
    }

    private void run() {
        try {
            while (!context.caches().awaitSynced(Duration.ofSeconds(10))) {
                LOG.debug("Waiting for the caches");
            }
            while (!stopping) {
                refresh();
                sleeper.sleep(INTERVAL);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void refresh() {
        try {
            local.ensure();
            long revision = context.caches().revision(type);
            if (revision == seenRevision && allWritten && remotes.values().stream().noneMatch(RemoteServices::isDue)) {
                return;
            }
            if (seenRevision != revision) {
                unusableSeen.clear();
            }
            Map<String, Remote> next = new LinkedHashMap<>();
            for (ObjectNode object : context.caches().list(type, "")) {
                if (RemoteService.isRemote(object)) {
                    refresh(object, next);
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
            boolean written = true;
            for (Remote remote : next.values()) {
                written &= writeCondition(remote.service(), remote.availability());
            }
            allWritten = written;
            seenRevision = revision;
        } catch (ApiException | StoreUnavailableException failed) {
            LOG.info("API services are looked at again: {}", failed.getMessage());
        } catch (RuntimeException unexpected) {
            LOG.error("API services could not be looked at", unexpected);
        }
    }

    /// Checks one APIService. One that cannot be used, as for a malformed CA bundle, does not hold up the others.
    private void refresh(ObjectNode object, Map<String, Remote> next) {
        try {
            RemoteService service = new RemoteService(object);
            next.put(service.groupVersion(), check(service, remotes.get(service.groupVersion())));
        } catch (ApiException | StoreUnavailableException later) {
            throw later;
        } catch (RuntimeException | StackOverflowError unusable) {
            if (unusableSeen.add(Json.uid(object) + Json.text(object, "metadata", "resourceVersion"))) {
                LOG.error("APIService {} is set aside until it changes", Json.name(object), unusable);
            }
        }
    }

    /// Whether the server is to be asked again: one that does not answer at each look.
    private static boolean isDue(Remote known) {
        return !known.availability().available() || System.nanoTime() - known.checkedNanos() >= WHILE_AVAILABLE.toNanos();
    }

    private Remote check(RemoteService service, @Nullable Remote known) {
        boolean same = known != null && known.service().object().path("spec").equals(service.object().path("spec"));
        if (same && !isDue(known)) {
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
            boolean asked = failed.reason() == UnreachableException.Reason.NO_ANSWER;
            availability = new Availability(false, failed.reason().condition(), asked ? "failing or missing response from https://" + service.host() + ":" + service.port()
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

    /// @return false when the condition has to be written later
    private boolean writeCondition(RemoteService service, Availability availability) {
        ObjectNode wanted = service.object().deepCopy();
        set(wanted, availability);
        if (wanted.path("status").equals(service.object().path("status"))) {
            return true;
        }
        try {
            writer.updateStatus(type, "", service.name(), SERVER, current -> set(current, availability));
            return true;
        } catch (ApiException refused) {
            LOG.debug("The condition of {} will be written later: {}", service.name(), refused.getMessage());
            return false;
        }
    }

    private void set(ObjectNode object, Availability availability) {
        Conditions.set(object, "Available", availability.available(), availability.reason(), availability.message(), context.clock().instant());
    }

    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
    }
}
