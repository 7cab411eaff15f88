package io.moka.proxy.ipvs;

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

/// The contract in mode ipvs, in a virtual machine with the distribution's kernel. It is no part of `moka test`, as it needs what `testvm/install` brings, and minutes where there
/// is no KVM.
@Tag("long")
class IpvsVirtualMachineTest {

    private static final int LEAST_CASES = 60;

    @Test
    @Timeout(value = 40, unit = TimeUnit.MINUTES)
    void theContractHoldsWithTheDistributionsKernel() throws Exception {
        assertEquals("", VirtualMachine.obstacle());
        var outcome = TestRun.inVirtualMachine(List.of(IpvsContract.class.getName()), List.of("junit.jupiter.execution.timeout.default=600 s"), Duration.ofMinutes(35));
        System.err.println(outcome.report());
        assertEquals(0, outcome.failed(), outcome::report);
        assertTrue(outcome.passed() >= LEAST_CASES, outcome::report);
    }
}
