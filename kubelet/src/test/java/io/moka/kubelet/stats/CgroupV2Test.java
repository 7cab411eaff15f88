package io.moka.kubelet.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.testvm.TestRun;
import io.moka.testvm.VirtualMachine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The tests of cgroup files and of what containers may use, on cgroup v2, in a virtual machine with the distribution's kernel. Not part of `moka test`, as it
/// needs what `testvm/install` brings.
@Tag("long")
class CgroupV2Test {

    private static final int LEAST_CASES = 6;
    private static final List<String> LIMITS = List.of("environmentFilesAndLimitsArriveInTheContainer", "containersAreConfinedAndBounded",
            "podThatWritesMoreThanItMayIsEvicted", "containerThatUsesTooMuchMemoryIsKilledForIt", "processesAreLimitedForAllContainersOfThePodTogether",
            "aPodIsLimitedToWhatItsContainersMayUse");
    private static final int LEAST_CASES_OF_CONTAINERS = 11;

    /// With an engine of the machine's own: what the pages show of containers, their limits and quality-of-service groups, and who is evicted.
    @Test
    @Timeout(value = 45, unit = TimeUnit.MINUTES)
    void containersAreMeasuredLimitedAndEvicted() throws Exception {
        assertEquals("", VirtualMachine.obstacle());
        var tests = new ArrayList<>(List.of(StatsOnDockerTest.class.getName(), "io.moka.kubelet.pod.EvictionOnDockerTest"));
        LIMITS.forEach(test -> tests.add("io.moka.kubelet.pod.PodOnDockerTest#" + test));
        var outcome = TestRun.inVirtualMachine(tests, List.of("junit.jupiter.execution.timeout.default=600 s"), Duration.ofMinutes(40));
        assertEquals(0, outcome.failed(), outcome::report);
        assertTrue(outcome.passed() >= LEAST_CASES_OF_CONTAINERS, outcome::report);
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void measurementsAndLimitsAreRight() throws Exception {
        assertEquals("", VirtualMachine.obstacle());
        var tests = List.of(LiveGroupsTest.class.getName() + "#eachLiveContainerIsToldAndNothingElse", KernelFilesTest.class.getName(), "io.moka.kubelet.cgroup.PodCgroupsTest");
        var outcome = TestRun.inVirtualMachine(tests, List.of("junit.jupiter.execution.timeout.default=300 s"), Duration.ofMinutes(12));
        assertEquals(0, outcome.failed(), outcome::report);
        assertTrue(outcome.passed() >= LEAST_CASES, outcome::report);
    }
}
