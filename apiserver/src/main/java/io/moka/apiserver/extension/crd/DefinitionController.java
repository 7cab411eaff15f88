package io.moka.apiserver.extension.crd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.json.Conditions;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.rest.ObjectWriter;
import io.moka.apiserver.core.rest.VerbContext;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.CacheEvent;
import io.moka.apiserver.core.storage.StoreUnavailableException;
import io.moka.apiserver.core.storage.WatchListener;
import io.moka.apiserver.extension.webhook.WebhookClient;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Heartbeat;
import io.moka.machinery.time.Sleeper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reconciles all definitions in the store whenever one changes: accepts or refuses their names, publishes the accepted ones, and then sets the
/// condition Established. One thread; every step may be repeated.
public final class DefinitionController implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DefinitionController.class);
    private static final UserInfo SERVER = new UserInfo("system:apiserver", List.of("system:masters", "system:authenticated"));
    private static final Duration BETWEEN_DELETIONS = Duration.ofMillis(50);
    private static final long AGAIN_SECONDS = 5;

    private final VerbContext context;
    private final ObjectWriter writer;
    private final Sleeper sleeper;
    private final ResourceType definitions;
    private final Publication publication;
    private final Semaphore changed = new Semaphore(1);
    // used by the thread `definitions` alone: the resource versions at which definitions were set aside, by their uids
    private final Map<String, String> unwritable = new HashMap<>();
    private final Set<String> cleaning = ConcurrentHashMap.newKeySet();
    private final Thread thread = NeededThread.unstarted("definitions", this::run);
    private final Heartbeat looks = new Heartbeat("a look at the definitions", Duration.ofSeconds(30), System::nanoTime);
    private volatile boolean synced;
    private volatile boolean stopping;

    public DefinitionController(VerbContext context, WebhookClient webhooks, Sleeper sleeper) {
        this.sleeper = sleeper;
        this.context = context;
        writer = new ObjectWriter(context);
        definitions = context.catalog().get("apiextensions.k8s.io", "v1", "customresourcedefinitions");
        publication = new Publication(context.catalog(), context.schemas(), context.caches(), webhooks);
        context.strategies().put("customresourcedefinitions.apiextensions.k8s.io", new DefinitionStrategy(context.clock()));
    }

    public void start() {
        thread.start();
    }

    /// Whether all definitions that existed before the server started are served.
    public boolean synced() {
        return synced;
    }

    /// Whether changes of definitions are being taken over: a look at all of them has succeeded within the last 30 s.
    public boolean following() {
        return synced && looks.problem() == null;
    }

    /// Wakes the controller on any change; the controller determines by itself what has changed.
    private final class Waker implements WatchListener {
        @Override
        public void onEvent(CacheEvent event) {
            changed.release();
        }

        @Override
        public void onProgress(long revision) {}

        @Override
        public void onInitialEventsEnd(long revision) {}

        @Override
        public void onExpired() {
            watch();
        }

        private void watch() {
            NeededThread.unstarted("definitions-watch", () -> context.caches().of(definitions).watchFromState(this, false)).start();
            changed.release();
        }
    }

    private void run() {
        try {
            while (!context.caches().awaitSynced(Duration.ofSeconds(10))) {
                LOG.debug("Waiting for the caches");
            }
            new Waker().watch();
            while (!stopping) {
                boolean ignored = changed.tryAcquire(AGAIN_SECONDS, TimeUnit.SECONDS);
                changed.drainPermits();
                refresh();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void refresh() {
        try {
            reconcile(context.caches().list(definitions, "").stream().map(Definition::new).toList());
            looks.beat();
            synced = true;
        } catch (ApiException | StoreUnavailableException failed) {
            LOG.info("Definitions are looked at again: {}", failed.getMessage());
        } catch (RuntimeException | StackOverflowError unexpected) {
            LOG.error("Definitions could not be looked at", unexpected);
        }
    }

    private void reconcile(List<Definition> all) {
        unwritable.keySet().retainAll(all.stream().map(Definition::uid).toList());
        List<Definition> served = new ArrayList<>();
        List<Definition> accepted = new ArrayList<>();
        for (Definition definition : all) {
            boolean free = NameConflicts.find(definition, all) == null && accepted.stream().allMatch(other -> NameConflicts.find(definition, List.of(asAccepted(other))) == null);
            if (free && !definition.condition("Established")) {
                accepted.add(definition);
            }
            if (free || definition.condition("Established")) {
                served.add(definition);
            }
        }
        Set<String> unservable = publication.publish(served);
        served.removeIf(definition -> unservable.contains(definition.uid()) && !definition.condition("Established"));
        for (Definition definition : all) {
            writeOrSetAside(definition, all, served.contains(definition));
            if (definition.deleting() && definition.hasCleanupFinalizer() && cleaning.add(definition.uid())) {
                List<ResourceType> types = publication.typesOf(definition.object());
                Thread.ofVirtual().name("cleanup-" + definition.name()).start(() -> cleanUp(definition, types));
            }
        }
    }

    /// Writes the status of one definition. When that fails for a reason of the definition's own, the others are written all the same.
    private void writeOrSetAside(Definition definition, List<Definition> all, boolean served) {
        try {
            writeStatus(definition, all, served);
        } catch (StoreUnavailableException later) {
            throw later;
        } catch (RuntimeException | StackOverflowError failed) {
            if (failed instanceof ApiException refused && refused.transientFailure()) {
                throw refused;
            }
            String version = Json.text(definition.object(), "metadata", "resourceVersion");
            if (!version.equals(unwritable.put(definition.uid(), version))) {
                LOG.error("The status of CustomResourceDefinition {} cannot be written; it is set aside", definition.name(), failed);
            }
        }
    }

    /// Returns a definition as it will be once its names are accepted.
    private static Definition asAccepted(Definition definition) {
        ObjectNode copy = definition.object().deepCopy();
        Json.child(copy, "status").set("acceptedNames", definition.names());
        return new Definition(copy);
    }

    private void writeStatus(Definition definition, List<Definition> all, boolean served) {
        NameConflicts.@Nullable Conflict conflict = NameConflicts.find(definition, all);
        Instant now = context.clock().instant();
        ObjectNode wanted = definition.object().deepCopy();
        setStatus(wanted, conflict, served, now);
        if (wanted.path("status").equals(definition.object().path("status"))) {
            return;
        }
        try {
            writer.updateStatus(definitions, "", definition.name(), SERVER, current -> {
                if (Json.uid(current).equals(definition.uid())) {
                    setStatus(current, conflict, served, now);
                }
            });
        } catch (ApiException refused) {
            if (refused.code() != 404 && refused.code() != 409) {
                throw refused;
            }
        }
    }

    private static void setStatus(ObjectNode object, NameConflicts.@Nullable Conflict conflict, boolean served, Instant now) {
        Approval approval = Approval.of(object);
        if (approval != null) {
            Conditions.set(object, Approval.CONDITION, approval.approved(), approval.reason(), approval.message(), now);
        }
        if (conflict == null) {
            Json.child(object, "status").set("acceptedNames", object.path("spec").path("names").deepCopy());
            Conditions.set(object, "NamesAccepted", true, "NoConflicts", "no conflicts found", now);
        } else {
            Conditions.set(object, "NamesAccepted", false, conflict.reason(), conflict.message(), now);
        }
        if (served) {
            Conditions.set(object, "Established", true, "InitialNamesAccepted", "the initial names have been accepted", now);
        } else {
            Conditions.set(object, "Established", false, "NotAccepted", "not all names are accepted", now);
        }
    }

    /// Deletes all objects of a definition, waits until the last is gone, and then removes the definition's finalizer.
    private void cleanUp(Definition definition, List<ResourceType> types) {
        try {
            if (!types.isEmpty()) {
                setTerminating(definition, "InstanceDeletionInProgress", "CustomResource deletion is in progress");
                deleteAll(types.getFirst());
            }
            setTerminatingFinished(definition);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ApiException | StoreUnavailableException failed) {
            LOG.info("The objects of {} will be deleted later: {}", definition.name(), failed.getMessage());
        } catch (RuntimeException | StackOverflowError unexpected) {
            LOG.error("The objects of {} could not be deleted; it is tried again", definition.name(), unexpected);
        } finally {
            cleaning.remove(definition.uid());
        }
    }

    private void deleteAll(ResourceType type) throws InterruptedException {
        while (!stopping) {
            context.caches().awaitFresh();
            List<ObjectNode> left = context.caches().list(type, "");
            if (left.isEmpty()) {
                return;
            }
            for (ObjectNode object : left) {
                if (Json.text(object, "metadata", "deletionTimestamp").isEmpty()) {
                    delete(type, object);
                }
            }
            sleeper.sleep(BETWEEN_DELETIONS);
        }
    }

    private void delete(ResourceType type, ObjectNode object) {
        try {
            writer.delete(type, Json.namespace(object), Json.name(object), SERVER);
        } catch (ApiException refused) {
            if (refused.code() != 404 && refused.code() != 409) {
                throw refused;
            }
        }
    }

    private void setTerminating(Definition definition, String reason, String message) {
        writer.updateStatus(definitions, "", definition.name(), SERVER,
                current -> Conditions.set(current, "Terminating", true, reason, message, context.clock().instant()));
    }

    private void setTerminatingFinished(Definition definition) {
        writer.update(definitions, "", definition.name(), SERVER, current -> {
            var finalizers = Json.metadata(current).withArray("finalizers");
            for (int i = finalizers.size() - 1; i >= 0; i--) {
                if (finalizers.get(i).asText().equals(DefinitionStrategy.CLEANUP)) {
                    finalizers.remove(i);
                }
            }
        });
    }

    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
    }
}
