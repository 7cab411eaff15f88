package io.moka.kubelet.pod;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import io.moka.machinery.workqueue.Backoff;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Patches pod statuses, with one thread `status-<pod>` for each pod that has reports waiting.
///
/// Bounded by the number of pods: each holds only its latest status. A limit on concurrent calls keeps many pods that change
/// together from opening a stream each.
public final class ApiPodReports implements PodReports {

    private static final Logger log = LoggerFactory.getLogger(ApiPodReports.class);
    private static final Duration SHORTEST_RETRY = Duration.ofMillis(200);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);
    private static final int REMEMBERED_VERSIONS = 2_000;
    private static final int WRITERS = 128;
    private static final List<String> CLEARABLE = List.of("message", "reason", "podIP", "nominatedNodeName");

    private static final List<String> CLEARABLE_OF_CONDITIONS = List.of("message", "reason");

    private record Report(Pod pod, PodStatus status, boolean last) {
    }

    private final Resources<Pod> pods;
    private final Sleeper sleeper;
    private final int remembered;
    private final Semaphore writers;

    // guarded by this: the resource version of the last status written, by the pod's uid; only the most recently written pods
    private final Map<String, Long> written = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > remembered;
        }
    };

    // guarded by this: the latest report of each pod; a pod is in here as long as its thread runs (null when it has nothing more)
    private final Map<String, @Nullable Report> pending = new HashMap<>();

    public ApiPodReports(ApiClient client, Sleeper sleeper) {
        this(client, sleeper, WRITERS, REMEMBERED_VERSIONS);
    }

    /// @param writers largest number of concurrent calls
    /// @param remembered the number of pods whose last write is remembered
    public ApiPodReports(ApiClient client, Sleeper sleeper, int writers, int remembered) {
        this.sleeper = sleeper;
        this.remembered = remembered;
        this.writers = new Semaphore(writers, true);
        this.pods = client.resources(Pod.class);
    }

    @Override
    public void report(Pod pod, PodStatus status) {
        submit(new Report(pod, status, false));
    }

    @Override
    public void finish(Pod pod, PodStatus last) {
        submit(new Report(pod, last, true));
    }

    @Override
    public synchronized boolean isAheadOf(Pod shown) {
        var uid = shown.getMetadata().getUid();
        var latest = written.get(uid);
        return pending.containsKey(uid) || latest != null && version(shown) < latest;
    }

    private static long version(Pod pod) {
        var version = pod.getMetadata().getResourceVersion();
        return version == null || version.isEmpty() ? Long.MAX_VALUE : Long.parseLong(version);
    }

    private void submit(Report report) {
        var uid = report.pod.getMetadata().getUid();
        boolean idle;
        synchronized (this) {
            idle = !pending.containsKey(uid);
            var waiting = pending.get(uid);
            if (waiting == null || !waiting.last || report.last) {
                pending.put(uid, report);
            }
        }
        if (idle) {
            NeededThread.start("status-" + report.pod.getMetadata().getName(), () -> deliver(uid));
        }
    }

    private void deliver(String uid) {
        var backoff = new Backoff(SHORTEST_RETRY, LONGEST_RETRY);
        for (var report = next(uid); report != null; report = next(uid)) {
            try {
                while (!deliveredInTurn(report)) {
                    sleeper.sleep(backoff.next());
                    report = newer(uid, report);
                }
                backoff.reset();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private synchronized @Nullable Report next(String uid) {
        var report = pending.put(uid, null);
        if (report == null) {
            pending.remove(uid);
        }
        return report;
    }

    private synchronized Report newer(String uid, Report report) {
        var newer = pending.put(uid, null);
        return newer == null || report.last ? report : newer;
    }

    private boolean deliveredInTurn(Report report) throws InterruptedException {
        writers.acquire();
        try {
            return delivered(report);
        } catch (RuntimeException e) {
            log.error("sending the status of {} has failed for a reason that was not foreseen; it is tried again", report.pod.getMetadata().getName(), e);
            return false;
        } finally {
            writers.release();
        }
    }

    /// @return whether there is nothing more to do for the report
    private boolean delivered(Report report) {
        var metadata = report.pod.getMetadata();
        try {
            return switch (written(report)) {
                case ACCEPTED -> !report.last || deleted(report);
                case GONE -> true;
                case REFUSED -> {
                    log.warn("the status of {} was refused for good{}", metadata.getName(), report.last ? "; its object is deleted without it" : "");
                    yield !report.last || deleted(report);
                }
                // Another credential may be allowed to write, or this one later. Deleting needs a permission of its own.
                case NOT_NOW -> report.last && deleted(report);
            };
        } catch (UncheckedIOException e) {
            log.debug("the status of {} waits: {}", metadata.getName(), e.getMessage());
            return false;
        }
    }

    /// The outcome of a write.
    private enum Answer { ACCEPTED, GONE, REFUSED, NOT_NOW }

    private static Answer answer(ApiException failure) {
        if (failure.isNotFound() || failure.code() == 409) {
            return Answer.GONE;
        }
        boolean maySucceedLater = failure.isRetriable() || failure.code() >= 500 || failure.isForbidden() || failure.code() == 401 || failure.code() == 408;
        return maySucceedLater ? Answer.NOT_NOW : Answer.REFUSED;
    }

    private Answer written(Report report) {
        var metadata = report.pod.getMetadata();
        try {
            var patched = pods.patchStatus(metadata.getNamespace(), metadata.getName(), PatchType.STRATEGIC, patch(report.pod, report.status));
            synchronized (this) {
                written.put(metadata.getUid(), version(patched));
            }
            return Answer.ACCEPTED;
        } catch (ApiException e) {
            log.warn("the status of {} was not taken: {}", metadata.getName(), e.getMessage());
            return answer(e);
        }
    }

    /// Deletes the object. A refusal is never final, as without it the pod would terminate for ever.
    private boolean deleted(Report report) {
        var metadata = report.pod.getMetadata();
        try {
            pods.delete(metadata.getNamespace(), metadata.getName(), new DeleteOptionsBuilder().withGracePeriodSeconds(0L)
                    .withNewPreconditions().withUid(metadata.getUid()).endPreconditions().build());
            return true;
        } catch (ApiException e) {
            log.warn("the object of {} was not deleted: {}", metadata.getName(), e.getMessage());
            return answer(e) == Answer.GONE;
        }
    }

    static ObjectNode patch(Pod pod, PodStatus reported) {
        var patch = Json.mapper().createObjectNode();
        patch.putObject("metadata").put("uid", pod.getMetadata().getUid());
        ObjectNode status = Json.mapper().valueToTree(reported);
        clear(status, CLEARABLE);
        status.withArray("conditions").forEach(condition -> clear((ObjectNode) condition, CLEARABLE_OF_CONDITIONS));
        removeOldResizes(pod, status);
        replaceList(status, "podIPs");
        replaceList(status, "hostIPs");
        patch.set("status", status);
        return patch;
    }

    /// Sets absent fields to null, as a patch would keep their old values.
    private static void clear(ObjectNode object, List<String> fields) {
        fields.stream().filter(field -> !object.has(field)).forEach(object::putNull);
    }

    /// Removes resize conditions that no longer hold: conditions merge by type, so the patch has to name them. Only a pod with resources can be resized.
    private static void removeOldResizes(Pod pod, ObjectNode status) {
        if (pod.getSpec().getContainers().stream().allMatch(container -> container.getResources() == null)) {
            return;
        }
        var conditions = status.withArray("conditions");
        for (var type : List.of("PodResizePending", "PodResizeInProgress")) {
            if (conditions.findValuesAsText("type").stream().noneMatch(type::equals)) {
                conditions.addObject().put("$patch", "delete").put("type", type);
            }
        }
    }

    /// Makes the patch replace the list: by default, these lists merge by address.
    private static void replaceList(ObjectNode status, String field) {
        if (status.path(field).isArray() && !status.path(field).isEmpty()) {
            status.withArray(field).insertObject(0).put("$patch", "replace");
        }
    }
}
