package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A node that has 275 MiB for its pods, of which 100 MiB have to stay free. It takes more than a minute, so it is not part of `moka test`.
@Tag("long")
class MemoryPressureTest {

    private static final long KIBIBYTES_FOR_PODS = 275 * 1024;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final TestCluster cluster = new TestCluster("e2e-pressure", 29_000);

    @BeforeEach
    void up() throws IOException {
        cluster.down();
        long total = Files.readAllLines(Path.of("/proc/meminfo")).stream().filter(line -> line.startsWith("MemTotal:")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst().orElseThrow();
        cluster.up("--no-dns", "--kubelet-arg=--system-reserved=memory=" + (total - KIBIBYTES_FOR_PODS) + "Ki", "--kubelet-arg=--eviction-hard=memory.available<100Mi",
                "--kubelet-arg=--eviction-pressure-transition-period=20s");
        Shell.await("the default account", PATIENCE, () -> cluster.kubectl("get", "serviceaccount", "default", "-o", "name").out(), out -> out.contains("serviceaccount/default"));
    }

    @AfterEach
    void down() {
        cluster.down();
    }

    /// The pods use 135 MiB, until `important` takes another 100. The two of the lowest priority that exceed their requests go, the one that uses more first; without
    /// them the others have enough.
    @Test
    @Timeout(900)
    void rightPodsGoInTheRightOrderAndTheNodeRecovers() {
        cluster.kubectl("apply", "-f", "e2e/src/test/resources/io/moka/e2e/memory-pressure.yaml").ok();
        Shell.await("pods that run", PATIENCE, this::phases, "first=Running guaranteed=Running important=Running second=Running within-request=Running "::equals);
        for (var pod : List.of("guaranteed", "within-request", "second", "first")) {
            Shell.await("the memory of " + pod, PATIENCE, () -> cluster.kubectl("exec", pod, "--", "sh", "-c", "pidof sleep").out().strip(), "1"::equals);
        }
        assertEquals("False ", pressure());
        var before = survivors();

        cluster.kubectl("exec", "important", "--", "sh", "-c", "dd if=/dev/zero of=/mem/x bs=1M count=100").ok();
        Shell.await("condition and taint", PATIENCE, this::pressure, "True node.kubernetes.io/memory-pressure"::equals);
        Shell.await("evictions", PATIENCE, this::phases, "first=Failed guaranteed=Running important=Running second=Failed within-request=Running "::equals);
        Shell.await("the node's recovery", PATIENCE, this::pressure, "False "::equals);

        assertEquals(List.of("first", "second"), evicted());
        assertEquals("first=Failed guaranteed=Running important=Running second=Failed within-request=Running ", phases(), "none went later");
        assertEquals(before, survivors(), "the same containers, none of them restarted");
        for (var pod : List.of("first", "second")) {
            var status = cluster.kubectl("get", "pod", pod, "-o", "jsonpath={.status.reason} {.status.conditions[?(@.type==\"DisruptionTarget\")].reason} {.status.message}").ok();
            assertTrue(status.startsWith("Evicted TerminationByKubelet The node was low on resource: memory. Threshold quantity: 100Mi, available: "), status);
        }
        cluster.kubectl("run", "later", "--image=busybox:1.36", "--restart=Never", "--", "true").ok();
        Shell.await("a pod that the node takes again", PATIENCE, () -> cluster.kubectl("get", "pod", "later", "-o", "jsonpath={.status.phase}").out(), "Succeeded"::equals);
    }

    private String phases() {
        return cluster.kubectl("get", "pods", "-o", "jsonpath={range .items[*]}{.metadata.name}={.status.phase} {end}").out();
    }

    /// The condition's status, and the taints.
    private String pressure() {
        return cluster.kubectl("get", "nodes", "-o", "jsonpath={.items[0].status.conditions[?(@.type==\"MemoryPressure\")].status} {.items[0].spec.taints[*].key}").out();
    }

    private String survivors() {
        return cluster.kubectl("get", "pods", "guaranteed", "within-request", "important", "-o",
                "jsonpath={range .items[*]}{.metadata.uid} {.status.containerStatuses[0].containerID} {.status.containerStatuses[0].restartCount}\n{end}").ok();
    }

    /// The pods by the order of their events, whose revisions grow.
    private List<String> evicted() {
        return cluster.kubectl("get", "events", "-o", "jsonpath={range .items[?(@.reason==\"Evicted\")]}{.metadata.resourceVersion} {.involvedObject.name}{\"\\n\"}{end}").ok().lines()
                .map(line -> line.split(" ")).sorted(Comparator.comparingLong(words -> Long.parseLong(words[0]))).map(words -> words[1]).toList();
    }
}
