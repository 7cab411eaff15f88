package io.moka.controllers.job;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.controllers.podowner.PodControl;
import io.moka.machinery.client.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Builds the pods that a job creates.
final class NewPods {

    private static final String INDEX_VARIABLE = "JOB_COMPLETION_INDEX";
    /// The server appends five characters to a generated name, and shortens a prefix that leaves no room for them.
    private static final int LONGEST_PREFIX = 58;

    private NewPods() {
    }

    static Pod of(Job job) {
        var pod = Json.copy(PodControl.of(job.getSpec().getTemplate(), job));
        var finalizers = new ArrayList<>(pod.getMetadata().getFinalizers());
        if (!finalizers.contains(JobPods.FINALIZER)) {
            finalizers.add(JobPods.FINALIZER);
        }
        pod.getMetadata().setFinalizers(finalizers);
        return pod;
    }

    /// @param annotations further annotations of the pod, beside the template's and its index
    static Pod of(Job job, int index, Map<String, String> annotations) {
        var pod = of(job);
        var number = Integer.toString(index);
        var metadata = pod.getMetadata();
        metadata.setGenerateName(prefix(job.getMetadata().getName(), number));
        metadata.setLabels(with(metadata.getLabels(), Map.of(JobPods.INDEX, number)));
        metadata.setAnnotations(with(with(metadata.getAnnotations(), Map.of(JobPods.INDEX, number)), annotations));
        pod.getSpec().setHostname(job.getMetadata().getName() + "-" + number);
        pod.getSpec().getInitContainers().forEach(NewPods::tellIndex);
        pod.getSpec().getContainers().forEach(NewPods::tellIndex);
        return pod;
    }

    private static String prefix(String job, String number) {
        var end = "-" + number + "-";
        return job.substring(0, Math.min(job.length(), LONGEST_PREFIX - end.length())) + end;
    }

    private static Map<String, String> with(@Nullable Map<String, String> present, Map<String, String> more) {
        var all = present == null ? new LinkedHashMap<String, String>() : new LinkedHashMap<>(present);
        all.putAll(more);
        return all;
    }

    private static void tellIndex(Container container) {
        if (container.getEnv().stream().noneMatch(variable -> variable.getName().equals(INDEX_VARIABLE))) {
            var variables = new ArrayList<>(container.getEnv());
            variables.add(new EnvVarBuilder().withName(INDEX_VARIABLE).withNewValueFrom().withNewFieldRef()
                    .withFieldPath("metadata.labels['" + JobPods.INDEX + "']").endFieldRef().endValueFrom().build());
            container.setEnv(variables);
        }
    }
}
