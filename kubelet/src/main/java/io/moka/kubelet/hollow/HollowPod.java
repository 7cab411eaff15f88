package io.moka.kubelet.hollow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.moka.kubelet.cni.Attachment;
import io.moka.kubelet.pod.Contradiction;
import io.moka.kubelet.pod.InstanceFacts;
import io.moka.kubelet.pod.PodChange;
import io.moka.kubelet.pod.PodPlan;
import io.moka.kubelet.pod.PodReports;
import io.moka.kubelet.pod.PodStatuses;
import io.moka.kubelet.pod.PodView;
import io.moka.kubelet.pod.ResizeVerdict;
import io.moka.kubelet.pod.Waiting;
import io.moka.kubelet.runtime.ContainerRecord;
import io.moka.kubelet.runtime.ContainerSpec;
import io.moka.kubelet.runtime.ContainerState;
import io.moka.kubelet.runtime.PodIdentity;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One pod of a hollow node. Its containers are records: they start at once, and end according to an annotation or on deletion. [PodPlan] decides which
/// containers start, as for a real pod.
///
/// Used by [HollowPods] alone, under its lock.
final class HollowPod {

    private static final Duration HEALING = Duration.ofSeconds(5);
    private static final long STANDARD_GRACE_SECONDS = 30;

    private final HollowNode node;
    private final HollowOptions options;
    private final PodReports reports;
    private final Instant seenAt;
    private final Instant startTime;
    private final HollowContainers containers;
    private final boolean settledBefore;

    private Pod pod;
    private boolean admitted;
    private boolean started;
    private boolean over;
    private boolean finished;
    private @Nullable String address;
    private boolean holdsAddress;
    private @Nullable Instant stopAt;
    private @Nullable PodStatus said;
    private PodStatuses.@Nullable Failure failure;
    private Instant healedAt = Instant.EPOCH;

    HollowPod(HollowNode node, HollowOptions options, PodReports reports, Pod pod, Instant now) {
        this.node = node;
        this.options = options;
        this.reports = reports;
        this.pod = pod;
        this.seenAt = now;
        this.said = pod.getStatus();
        var begun = said == null ? null : Times.parse(said.getStartTime());
        this.startTime = begun == null ? now : begun;
        this.containers = new HollowContainers(pod, startTime);
        this.admitted = begun != null;
        this.settledBefore = Pods.isTerminal(pod);
        if (admitted && !settledBefore) {
            node.admission().admit(pod, true);
            adopt(Objects.requireNonNull(said));
        }
    }

    /// The pod runs since an earlier process, whose records are in the status.
    private void adopt(PodStatus status) {
        containers.adopt(status);
        address = status.getPodIP() == null || status.getPodIP().isEmpty() ? null : status.getPodIP();
        started = address != null;
        if (address != null) {
            node.addresses().mark(address);
            holdsAddress = true;
        }
    }

    HollowNode node() {
        return node;
    }

    /// The pod has changed.
    ///
    /// @return whether it has to be looked at
    boolean update(Pod changed) {
        var before = pod;
        pod = changed;
        containers.update(changed);
        return PodChange.isNews(before, changed) || isContradicted();
    }

    private boolean isContradicted() {
        return said != null && !settledBefore && !finished && !reports.isAheadOf(pod) && Contradiction.between(said, pod.getStatus());
    }

    /// Syncs the pod once: computes the due changes and carries them out.
    ///
    /// @return when to look again, or null for whenever the pod changes
    @Nullable Instant sync(Instant now) {
        if (finished || node.isSilent()) {
            return null;
        }
        if (Pods.isTerminating(pod)) {
            return terminate(now);
        }
        if (settledBefore || over) {
            return heal(now);
        }
        var annotations = new HollowAnnotations(pod);
        var startAt = seenAt.plus(annotations.startDelay(options.startDelay));
        if (!admitted && !admit()) {
            return end(now);
        }
        var deadline = pod.getSpec().getActiveDeadlineSeconds() == null ? null : startTime.plusSeconds(pod.getSpec().getActiveDeadlineSeconds());
        if (deadline != null && !now.isBefore(deadline)) {
            failure = new PodStatuses.Failure("DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
            return end(now);
        }
        if (!started && now.isBefore(startAt)) {
            return HollowAnnotations.earliest(startAt, deadline);
        }
        var reason = annotations.waitingReason();
        if (reason != null && containers.none()) {
            report(view(), waiting(reason), false, now);
            return deadline;
        }
        return HollowAnnotations.earliest(run(annotations, now), deadline, heal(now));
    }

    private boolean admit() {
        var rejection = node.admission().admit(pod, false);
        if (rejection != null) {
            failure = new PodStatuses.Failure(rejection.reason(), rejection.message());
            return false;
        }
        admitted = true;
        return true;
    }

    private Map<String, Waiting> waiting(String reason) {
        var waiting = new HashMap<String, Waiting>();
        pod.getSpec().getContainers().forEach(container -> waiting.put(container.getName(), new Waiting(reason, "told by an annotation of this hollow pod")));
        return waiting;
    }

    /// Lets end what is due, and starts what the plan says, until nothing more happens at this moment.
    private @Nullable Instant run(HollowAnnotations annotations, Instant now) {
        if (!started) {
            address = node.addresses().take();
            holdsAddress = address != null;
            started = true;
        }
        containers.resize();
        while (true) {
            var nextEnd = containers.endDue(annotations, now);
            var plan = PodPlan.of(view(), containers.crashLoops(), now);
            containers.stop(plan.kill().stream().map(kill -> kill.record()).toList(), now);
            plan.start().forEach(container -> containers.start(container, now));
            if (plan.kill().isEmpty() && plan.start().isEmpty()) {
                report(view(), plan.waiting(), plan.over(), now);
                if (plan.over()) {
                    settle();
                    return null;
                }
                return HollowAnnotations.earliest(nextEnd, plan.wakeAt());
            }
        }
    }

    private PodView view() {
        var facts = new HashMap<String, InstanceFacts>();
        var fact = new InstanceFacts(true, new HollowAnnotations(pod).ready(), null, null, "");
        var records = containers.all();
        records.forEach(record -> facts.put(record.id(), fact));
        if (!started) {
            return new PodView(pod, records, List.of(), Map.of(), facts, node.address());
        }
        var sandbox = new ContainerRecord(containers.sandboxId(), PodIdentity.of(pod), "", 0, "", "", "", "", false, new ContainerSpec.Limits(0, 0, 0),
                startTime, new ContainerState.Running(startTime, 1));
        return new PodView(pod, records, List.of(sandbox), Map.of(sandbox.id(), attachment()), facts, node.address());
    }

    private Attachment attachment() {
        var json = JsonNodeFactory.instance;
        var result = json.objectNode();
        var addresses = result.putArray("ips");
        if (address != null) {
            addresses.addObject().put("address", address);
        }
        return new Attachment(pod.getMetadata().getUid(), containers.sandboxId(), "hollow", "", json.objectNode(), json.objectNode(), result);
    }

    private void report(PodView view, Map<String, Waiting> waiting, boolean nothingMore, Instant now) {
        var status = status(view, waiting, nothingMore, now);
        if (!status.equals(said)) {
            said = status;
            reports.report(pod, status);
        }
    }

    private PodStatus status(PodView view, Map<String, Waiting> waiting, boolean nothingMore, Instant now) {
        List<PodCondition> before = said == null ? List.of() : said.getConditions();
        return PodStatuses.of(view, new PodStatuses.Context(waiting, failure, ResizeVerdict.FITS, before, startTime, now, nothingMore));
    }

    /// The pod has failed by the kubelet's own decision.
    private @Nullable Instant end(Instant now) {
        containers.stopAll(now);
        report(view(), Map.of(), true, now);
        settle();
        return null;
    }

    private void settle() {
        over = true;
        release();
    }

    /// Another client has changed the status; the pod's own status is written again, at most every [#HEALING].
    private @Nullable Instant heal(Instant now) {
        if (!isContradicted()) {
            return null;
        }
        var allowed = healedAt.plus(HEALING);
        if (now.isBefore(allowed)) {
            return allowed;
        }
        healedAt = now;
        reports.report(pod, Objects.requireNonNull(said));
        return null;
    }

    /// The pod is to go. Its containers end after a short while, and then its object is deleted.
    private @Nullable Instant terminate(Instant now) {
        if (stopAt == null) {
            stopAt = now.plus(new HollowAnnotations(pod).stopDelay(options.stopDelay));
        }
        var latest = now.plusSeconds(graceSeconds());
        stopAt = stopAt.isAfter(latest) ? latest : stopAt;
        if (now.isBefore(stopAt)) {
            return stopAt;
        }
        containers.stopAll(now);
        boolean settled = (settledBefore || over) && said != null;
        reports.finish(pod, settled ? Objects.requireNonNull(said) : status(view(), Map.of(), true, now));
        finished = true;
        release();
        return null;
    }

    private long graceSeconds() {
        var seconds = pod.getMetadata().getDeletionGracePeriodSeconds();
        var ofSpec = pod.getSpec().getTerminationGracePeriodSeconds();
        return seconds != null ? seconds : ofSpec != null ? ofSpec : STANDARD_GRACE_SECONDS;
    }

    /// Gives back the room and the address.
    void release() {
        node.admission().release(pod.getMetadata().getUid());
        if (holdsAddress && address != null) {
            node.addresses().give(address);
            holdsAddress = false;
        }
    }
}
