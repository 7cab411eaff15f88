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
import io.moka.machinery.workqueue.Backoff;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Patches statuses, with one thread `status-<pod>` for each pod that has something to say, for as long as it has.
///
/// Bounded by the number of pods: each holds its latest status and no more.
public final class ApiPodReports implements PodReports {

    private static final Logger log = LoggerFactory.getLogger(ApiPodReports.class);
    private static final Duration SHORTEST_RETRY = Duration.ofMillis(200);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);
    private static final List<String> CLEARABLE = List.of("message", "reason", "podIP", "nominatedNodeName");

    private static final List<String> CLEARABLE_OF_CONDITIONS = List.of("message", "reason");

    private record Report(Pod pod, PodStatus status, boolean last) {
    }

    private final Resources<Pod> pods;

    // guarded by this: the latest report of each pod; a pod is in here as long as its thread runs (null when it has nothing more)
    private final Map<String, @Nullable Report> pending = new HashMap<>();

    public ApiPodReports(ApiClient client) {
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

    private void submit(Report report) {
        var uid = report.pod.getMetadata().getUid();
        boolean idle;
        synchronized (this) {
            idle = !pending.containsKey(uid);
            pending.put(uid, report);
        }
        if (idle) {
            Thread.ofVirtual().name("status-" + report.pod.getMetadata().getName()).start(() -> deliver(uid));
        }
    }

    private void deliver(String uid) {
        var backoff = new Backoff(SHORTEST_RETRY, LONGEST_RETRY);
        for (var report = next(uid); report != null; report = next(uid)) {
            try {
                while (!delivered(report)) {
                    Thread.sleep(backoff.next());
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
        return newer == null ? report : newer;
    }

    private boolean delivered(Report report) {
        var metadata = report.pod.getMetadata();
        try {
            pods.patchStatus(metadata.getNamespace(), metadata.getName(), PatchType.STRATEGIC, patch(report.pod, report.status));
            if (report.last) {
                pods.delete(metadata.getNamespace(), metadata.getName(), new DeleteOptionsBuilder().withGracePeriodSeconds(0L)
                        .withNewPreconditions().withUid(metadata.getUid()).endPreconditions().build());
            }
            return true;
        } catch (ApiException e) {
            if (e.isNotFound() || e.code() == 409) {
                log.debug("{} is gone: {}", metadata.getName(), e.getMessage());
                return true;
            }
            log.warn("the status of {} was refused: {}", metadata.getName(), e.getMessage());
            return !e.isRetriable() && e.code() < 500 && !e.isForbidden();
        } catch (UncheckedIOException e) {
            log.debug("the status of {} waits: {}", metadata.getName(), e.getMessage());
            return false;
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

    /// What is not said any more has to be taken back.
    private static void clear(ObjectNode object, List<String> fields) {
        fields.stream().filter(field -> !object.has(field)).forEach(object::putNull);
    }

    /// Conditions merge by type, so those that are over have to be named. Only a pod with resources can be resized.
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

    /// These lists merge by address; ours is to take the old one's place.
    private static void replaceList(ObjectNode status, String field) {
        if (status.path(field).isArray() && !status.path(field).isEmpty()) {
            status.withArray(field).insertObject(0).put("$patch", "replace");
        }
    }
}
