package io.moka.kubelet.volume;

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

/// [ProjectQuotaContract] in a virtual machine with the distribution's kernel, as others may be built without quotas. Not part of `moka test`, as it needs
/// what `testvm/install` brings.
@Tag("long")
class ProjectQuotaVirtualMachineTest {

    private static final int CASES = 8;

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void sharedFoldersAreLimited() throws Exception {
        assertEquals("", VirtualMachine.obstacle());
        var outcome = TestRun.inVirtualMachine(List.of(ProjectQuotaContract.class.getName()), List.of("junit.jupiter.execution.timeout.default=300 s"), Duration.ofMinutes(18));
        assertEquals(0, outcome.failed(), outcome::report);
        assertTrue(outcome.passed() >= CASES, outcome::report);
    }
}
