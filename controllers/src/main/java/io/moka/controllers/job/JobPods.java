package io.moka.controllers.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.machinery.meta.Pods;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// The pods of one job, grouped by their role in its counts.
final class JobPods {

    static final String FINALIZER = "batch.kubernetes.io/job-tracking";
    static final String INDEX = "batch.kubernetes.io/job-completion-index";
    static final int NO_INDEX = -1;

    private final Job job;
    private final JobView view;
    private final List<Pod> active;
    private final List<Pod> terminating;

    JobPods(JobView view) {
        this.view = view;
        this.job = view.job();
        this.active = view.pods().stream().filter(Pods::isActive).toList();
        this.terminating = view.pods().stream().filter(pod -> Pods.isTerminating(pod) && !Pods.isTerminal(pod)).toList();
    }

    List<Pod> all() {
        return view.pods();
    }

    List<Pod> active() {
        return active;
    }

    /// Being deleted and not over yet.
    List<Pod> terminating() {
        return terminating;
    }

    static boolean isIndexed(Job job) {
        return "Indexed".equals(job.getSpec().getCompletionMode());
    }

    static boolean replacesOnlyEnded(Job job) {
        return "Failed".equals(job.getSpec().getPodReplacementPolicy()) || job.getSpec().getPodFailurePolicy() != null;
    }

    static boolean hasFinalizer(Pod pod) {
        return pod.getMetadata().getFinalizers().contains(FINALIZER);
    }

    /// Whether the job still has to account for the pod.
    boolean isTracked(Pod pod) {
        return hasFinalizer(pod) && !view.released().contains(pod.getMetadata().getUid());
    }

    Set<String> trackedUids() {
        var uids = new HashSet<String>();
        view.pods().stream().filter(this::isTracked).forEach(pod -> uids.add(pod.getMetadata().getUid()));
        return uids;
    }

    static boolean isSucceeded(Pod pod) {
        return Pods.phase(pod).equals("Succeeded");
    }

    /// A pod that is being deleted counts as failed at once, unless the job replaces only pods that have ended: a pod of a lost node may never end.
    boolean isFailed(Pod pod) {
        return Pods.phase(pod).equals("Failed") || !replacesOnlyEnded(job) && Pods.isTerminating(pod) && !isSucceeded(pod);
    }

    /// The tracked pods that ended so, were not listed as uncounted and, in an Indexed job, have an index of the job.
    List<Pod> newlyEnded(Predicate<Pod> ended, List<String> uncounted) {
        var listed = Set.copyOf(uncounted);
        return view.pods().stream().filter(pod -> isTracked(pod) && !listed.contains(pod.getMetadata().getUid()) && hasPlace(pod) && ended.test(pod)).toList();
    }

    /// Whether the pod belongs to an index of the job, in an Indexed job.
    boolean hasPlace(Pod pod) {
        return !isIndexed(job) || indexOf(pod) != NO_INDEX && indexOf(pod) < job.getSpec().getCompletions();
    }

    static int indexOf(Pod pod) {
        return number(pod, INDEX, NO_INDEX);
    }

    static int number(Pod pod, String annotation, int otherwise) {
        var annotations = pod.getMetadata().getAnnotations();
        var text = annotations == null ? null : annotations.get(annotation);
        return text != null && text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : otherwise;
    }

    static Indexes indexesOf(List<Pod> pods) {
        return Indexes.of(pods.stream().map(JobPods::indexOf).filter(index -> index != NO_INDEX).toList());
    }
}
