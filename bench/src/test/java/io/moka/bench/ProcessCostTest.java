package io.moka.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ProcessCostTest {

    @Test
    void cpuTimeIsUserAndSystemWhateverTheProgramIsCalled() {
        assertEquals(3.75, ProcessCost.cpu("42 (a (b) c) S 1 42 42 0 -1 4194560 100 0 0 0 250 125 7 9 20 0 30 0 100 1000 10\n"));
    }

    @Test
    void memoryIsTheProportionalShareAlone() {
        assertEquals(2, ProcessCost.pss("""
                5a000000-7fff0000 ---p 00000000 00:00 0    [rollup]
                Rss:                4096 kB
                Pss:                2048 kB
                Pss_Anon:           1024 kB
                SwapPss:               8 kB
                """));
    }

    @Test
    void theKernelKnowsThisProcess() throws Exception {
        var self = new ProcessCost(ProcessHandle.current().pid());
        assertTrue(self.pssMebibytes() > 1);
        assertTrue(self.cpuSeconds() > 0);
    }
}
