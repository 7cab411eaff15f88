package io.moka.kubelet.server;

import io.moka.kubelet.pod.PodView;
import io.moka.kubelet.pod.PodWorkers;
import io.moka.kubelet.runtime.ContainerRecord;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The pod and container that a request's path names: `/exec/<namespace>/<pod>[/<uid>]/<container>`.
record Target(PodView pod, String container) {

    static Target of(String path, PodWorkers pods) {
        var parts = List.of(path.substring(1).split("/"));
        if (parts.size() != 4 && parts.size() != 5) {
            throw new HttpProblem(404, "404 page not found");
        }
        var pod = pod(parts.subList(0, parts.size() - 1), pods);
        var container = parts.getLast();
        var spec = pod.pod().getSpec();
        boolean ephemeral = spec.getEphemeralContainers().stream().anyMatch(c -> c.getName().equals(container));
        if (!ephemeral && Stream.concat(spec.getContainers().stream(), spec.getInitContainers().stream()).noneMatch(c -> c.getName().equals(container))) {
            throw new HttpProblem(400, "container " + container + " is not valid for pod " + parts.get(2));
        }
        return new Target(pod, container);
    }

    /// The pod that a path without a container means: `/portForward/<namespace>/<pod>[/<uid>]`.
    static PodView pod(String path, PodWorkers pods) {
        var parts = List.of(path.substring(1).split("/"));
        if (parts.size() != 3 && parts.size() != 4) {
            throw new HttpProblem(404, "404 page not found");
        }
        return pod(parts, pods);
    }

    private static PodView pod(List<String> parts, PodWorkers pods) {
        var pod = pods.find(parts.get(1), parts.get(2));
        if (pod == null || parts.size() == 4 && !pod.pod().getMetadata().getUid().equals(parts.get(3))) {
            throw new HttpProblem(404, "pod does not exist: " + parts.get(2) + "_" + parts.get(1));
        }
        return pod;
    }

    /// The instance that runs.
    ContainerRecord running() {
        var latest = pod.latest(container);
        if (latest == null || !latest.isRunning()) {
            throw new HttpProblem(404, "container not found (\"" + container + "\")");
        }
        return latest;
    }

    /// The instance whose log is meant.
    ContainerRecord logged(boolean previous) {
        @Nullable ContainerRecord record = previous ? pod.previous(container) : pod.latest(container);
        var name = pod.pod().getMetadata().getName();
        if (record == null && previous) {
            throw new HttpProblem(400, "previous terminated container \"" + container + "\" in pod \"" + name + "\" not found");
        }
        if (record == null) {
            throw new HttpProblem(400, "container \"" + container + "\" in pod \"" + name + "\" is waiting to start: ContainerCreating");
        }
        return record;
    }
}
