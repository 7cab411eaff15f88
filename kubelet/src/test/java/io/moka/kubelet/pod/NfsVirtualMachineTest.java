package io.moka.kubelet.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moka.testvm.TestRun;
import io.moka.testvm.VirtualMachine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// [NfsOnDockerContract] in a virtual machine with the distribution's kernel, as others may be built without NFS. Not part of `moka test`, as it needs what
/// `testvm/install` brings.
@Tag("long")
class NfsVirtualMachineTest {

    private static final String TOOLS = System.getProperty("moka.vm", "/var/cache/moka/vm");

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void volumesOfAServerAreMounted() throws Exception {
        assertEquals("", VirtualMachine.obstacle());
        var properties = List.of("junit.jupiter.execution.timeout.default=300 s", "moka.vm=" + TOOLS);
        var outcome = TestRun.inVirtualMachine(List.of(NfsOnDockerContract.class.getName()), properties, Duration.ofMinutes(18));
        assertEquals(0, outcome.failed(), outcome::report);
        assertEquals(2, outcome.passed(), outcome::report);
    }
}
