package io.moka.kubelet.container;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.cgroup.Qos;
import io.moka.machinery.meta.Quantities;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Computes the OOM score adjustment of containers, by which the kernel chooses the process to kill when memory runs out: the less memory a pod is guaranteed,
/// the sooner its processes are killed.
///
/// Follows upstream's `qos.GetContainerOOMScoreAdjust`. Lowering a score takes CAP_SYS_RESOURCE; without it the kubelet's own score is the lowest that a
/// container can get.
public final class OomScores {

    private static final int SANDBOX = -998;
    private static final int GUARANTEED = -997;
    private static final int BEST_EFFORT = 1_000;
    private static final int CAP_SYS_RESOURCE = 24;

    private final int lowest;
    private final long nodeMemoryBytes;

    OomScores(int lowest, long nodeMemoryBytes) {
        this.lowest = lowest;
        this.nodeMemoryBytes = nodeMemoryBytes;
    }

    public static OomScores ofThisNode(long nodeMemoryBytes) {
        return new OomScores(lowestAllowed(), nodeMemoryBytes);
    }

    public int ofSandbox() {
        return Math.max(lowest, SANDBOX);
    }

    int of(Pod pod, Container container) {
        return Math.max(lowest, switch (Qos.of(pod)) {
            case GUARANTEED -> GUARANTEED;
            case BEST_EFFORT -> BEST_EFFORT;
            case BURSTABLE -> burstable(container);
        });
    }

    private int burstable(Container container) {
        var resources = container.getResources();
        var request = resources == null || resources.getRequests() == null ? null : resources.getRequests().get("memory");
        long share = 1_000 * Quantities.value(request) / Math.max(1, nodeMemoryBytes);
        return (int) Math.max(3, Math.min(BEST_EFFORT - 1, 1_000 - share));
    }

    private static int lowestAllowed() {
        try {
            for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("CapEff:") && (Long.parseUnsignedLong(line.substring(7).strip(), 16) >> CAP_SYS_RESOURCE & 1) == 1) {
                    return -1_000;
                }
            }
            return Integer.parseInt(Files.readString(Path.of("/proc/self/oom_score_adj")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
