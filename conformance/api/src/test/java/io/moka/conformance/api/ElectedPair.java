package io.moka.conformance.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Two processes of one component, of which only the holder of the lease works. The test kills them.
final class ElectedPair {
    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(4);

    private final String lease;
    private final Start start;
    private final List<Member> members = new ArrayList<>();
    private int started;

    /// @param health a client of the process's own port
    record Member(Process process, Api health) {
        private boolean isReady() {
            try {
                return health.get("/readyz").code() == 200;
            } catch (UncheckedIOException notYet) {
                return false;
            }
        }
    }

    /// Starts one of the processes.
    interface Start {
        /// @param number how many have been started so far, with this one
        Member process(int number) throws IOException;
    }

    /// @param lease the lease's name in `kube-system`
    ElectedPair(String lease, Start start) {
        this.lease = lease;
        this.start = start;
        members.add(startAnother());
        members.add(startAnother());
    }

    private Member startAnother() {
        try {
            return start.process(++started);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Returns the process that holds the lease, or null while none does.
    private @Nullable Process holder(Api api) {
        String holder = api.get("/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/" + lease).text("spec", "holderIdentity");
        return members.stream().map(Member::process).filter(process -> process.isAlive() && holder.contains("_" + process.pid() + "_")).findFirst().orElse(null);
    }

    /// A process that ended by itself, since it could not renew its lease on a busy machine, is started again, as a supervisor does.
    Process awaitLeader(Api api) {
        var leader = new AtomicReference<Process>();
        Eventually.holds("one holds the lease " + lease, PATIENCE, () -> {
            replaceEnded();
            leader.set(holder(api));
            return leader.get() != null;
        });
        return leader.get();
    }

    /// Kills the leader and starts another process in its place.
    void killLeader(Api api) {
        ControlPlane.kill(awaitLeader(api));
        replaceEnded();
    }

    /// Ends the leader when both are ready, and waits until the other leads.
    ///
    /// @return the time between the end of the one and the lead of the other
    Duration takeOver(Api api, boolean kill) {
        Eventually.holds("both are ready", PATIENCE, () -> {
            replaceEnded();
            return members.stream().allMatch(Member::isReady);
        });
        Process leader = awaitLeader(api);
        long begin = System.nanoTime();
        if (kill) {
            leader.destroyForcibly();
        } else {
            leader.destroy();
        }
        Eventually.holds("the other leads", PATIENCE, () -> {
            Process now = holder(api);
            return now != null && now != leader;
        });
        Duration taken = Duration.ofNanos(System.nanoTime() - begin);
        Eventually.holds("the first has ended", PATIENCE, () -> !leader.isAlive());
        replaceEnded();
        return taken;
    }

    private void replaceEnded() {
        members.replaceAll(member -> member.process().isAlive() ? member : startAnother());
    }
}
