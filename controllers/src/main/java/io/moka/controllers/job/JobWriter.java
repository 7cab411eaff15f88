package io.moka.controllers.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.Parallel;
import io.moka.controllers.common.WrittenVersions;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.PlanWriter;
import io.moka.controllers.plan.Write;
import io.moka.controllers.podowner.Expectations;
import io.moka.controllers.podowner.PodControl;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.Resources;
import io.moka.machinery.meta.ObjectKey;
import java.util.ArrayList;
import java.util.List;

/// Carries out a job's plan in its order; neighbouring writes of one sort go out together.
final class JobWriter {

    private final Resources<Job> jobs;
    private final PodControl<Job> pods;
    private final PlanWriter writer;
    private final ReleasedPods released;
    private final WrittenVersions written;

    JobWriter(ControllerContext context, Expectations expectations, ReleasedPods released, WrittenVersions written) {
        this.jobs = context.client().resources(Job.class);
        this.pods = new PodControl<>(context, JobController.KIND, expectations);
        this.writer = new PlanWriter(context.client(), context.events().apply(JobController.KIND.component()));
        this.released = released;
        this.written = written;
    }

    /// The pods of a plan could not all be created; the writes after them were left out.
    static final class CreationFailed extends RuntimeException {

        private static final long serialVersionUID = 1;

        private CreationFailed(RuntimeException cause) {
            super(cause);
        }

        RuntimeException refusal() {
            return (RuntimeException) getCause();
        }
    }

    /// @param recorded called after each write of the status
    /// @throws CreationFailed where a pod was refused
    /// @throws ApiException another refusal; the writes after it are left out
    void carryOut(Job job, Plan plan, Runnable recorded) {
        var version = job.getMetadata().getResourceVersion();
        for (var run : runs(plan.writes())) {
            switch (run.getFirst()) {
                case Write.Create create -> create(job, run);
                case Write.Delete delete -> pods.delete(job, run.stream().map(write -> (Pod) ((Write.Delete) write).object()).toList());
                case Write.Patch patch -> Parallel.run(run.stream().<Runnable>map(write -> () -> release(ObjectKey.of(job), (Write.Patch) write)).toList());
                case Write.UpdateStatus update -> {
                    for (var write : run) {
                        version = updateStatus((Job) ((Write.UpdateStatus) write).object(), version);
                        recorded.run();
                    }
                }
                default -> writer.carryOut(run);
            }
        }
    }

    private static List<List<Write>> runs(List<Write> writes) {
        var runs = new ArrayList<List<Write>>();
        for (var write : writes) {
            if (runs.isEmpty() || runs.getLast().getFirst().getClass() != write.getClass()) {
                runs.add(new ArrayList<>());
            }
            runs.getLast().add(write);
        }
        return runs;
    }

    private void create(Job job, List<Write> creations) {
        try {
            pods.create(job, creations.stream().map(write -> (Pod) ((Write.Create) write).object()).toList());
        } catch (RuntimeException e) {
            throw new CreationFailed(e);
        }
    }

    /// The second write of a plan builds on the first.
    private String updateStatus(Job changed, String version) {
        var next = Json.copy(changed);
        next.getMetadata().setResourceVersion(version);
        var answer = jobs.updateStatus(next);
        written.wrote(answer);
        return answer.getMetadata().getResourceVersion();
    }

    /// A pod that is gone has lost its finalizer, too.
    private void release(ObjectKey job, Write.Patch patch) {
        var uid = patch.object().getMetadata().getUid();
        released.add(job, uid);
        try {
            writer.carryOut(patch);
        } catch (RuntimeException e) {
            if (!(e instanceof ApiException refused && refused.isNotFound())) {
                released.remove(job, uid);
                throw e;
            }
        }
    }
}
