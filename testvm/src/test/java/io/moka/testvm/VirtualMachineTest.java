package io.moka.testvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("long")
class VirtualMachineTest {

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void aCommandHasTheDistributionsKernelItsModulesAndCgroupV2AndItsStatusComesBack() throws Exception {
        assertEquals("", VirtualMachine.obstacle());
        var script = "test -e /sys/fs/cgroup/cgroup.controllers && ip netns add own && ip netns exec own ipvsadm -L -n >/dev/null && test -e /proc/net/ip_vs && echo \"it's $1\"; exit 7";
        assertEquals(new VirtualMachine.Result(7, "it's so\n"), VirtualMachine.run(List.of("sh", "-c", script, "sh", "so"), Duration.ofMinutes(8)));
    }
}
