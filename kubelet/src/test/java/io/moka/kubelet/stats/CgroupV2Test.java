package io.moka.kubelet.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.testvm.TestRun;
import io.moka.testvm.VirtualMachine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The tests of cgroup files on cgroup v2, in a virtual machine with the distribution's kernel. They need no container engine. Not part of `moka test`, as it
/// needs what `testvm/install` brings.
@Tag("long")
class CgroupV2Test {

    private static final int LEAST_CASES = 6;

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
