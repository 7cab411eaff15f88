package io.moka.machinery.leaderelection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which holders of a lease are known to have ended.
class HolderIdentityTest {

    private static final long NO_PROCESS = 1_999_999_999;
    private final HolderIdentity own = HolderIdentity.ofThisProcess("kube_scheduler");

    @Test
    void aProcessKnowsItselfByTheSameText() {
        assertEquals(own, HolderIdentity.ofThisProcess("kube_scheduler"));
        assertEquals("kube_scheduler_" + own.place() + "_" + ProcessHandle.current().pid() + "_" + own.start(), own.toString());
        assertFalse(own.isGone(own.toString()));
    }

    @Test
    void aProcessThatHasEndedIsGone() throws Exception {
        var child = new ProcessBuilder("true").start();
        long pid = child.pid();
        child.waitFor();
        assertTrue(own.isGone(new HolderIdentity("kube_scheduler", own.place(), pid, own.start() - 1).toString()));
        assertTrue(own.isGone(new HolderIdentity("kube_scheduler", own.place(), NO_PROCESS, 5).toString()));
        assertTrue(own.isGone(new HolderIdentity("kube_scheduler", own.place(), own.pid(), own.start() - 1).toString()), "its number belongs to another process now");
    }

    /// `PLACE` stands for the place of this process.
    @ParameterizedTest
    @CsvSource({"kube_scheduler_0123456789abcdef_1999999999_5", "scheduler_PLACE_1999999999_5", "other_kube_scheduler_PLACE_1999999999_5", "kube_scheduler_PLACE_1999999999",
            "kube_scheduler_PLACE_-5_5", "kube_scheduler_PLACE_19999999999999_5", "kube_scheduler_PLACE_1999999999_x", "kube_scheduler", "''",
            "kube_scheduler_8f0e6c1e-1b51-4b41-9a1c-0b8a52b9b0d3"})
    void aHolderOfWhichNothingIsKnownIsNotGone(String holder) {
        assertFalse(own.isGone(holder.replace("PLACE", own.place())));
    }
}
