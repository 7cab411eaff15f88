package io.moka.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Sends signals to processes, which need not be children of this one, and waits for their end.
final class Signals {

    private static final Duration POLL = Duration.ofMillis(10);

    private Signals() {
    }

    /// Asks processes to end. A process that is stopped (SIGSTOP) handles no signal until it is continued, so it is continued as well.
    static void terminate(Collection<ProcessHandle> processes) throws IOException {
        send("TERM", processes);
        send("CONT", processes);
    }

    static void kill(Collection<ProcessHandle> processes) throws IOException {
        send("KILL", processes);
    }

    /// Asks processes to end, and kills those that have not ended in time.
    static void end(Collection<ProcessHandle> processes, Duration patience) throws IOException {
        terminate(processes);
        if (!awaitEnd(processes, patience)) {
            kill(processes);
            awaitEnd(processes, patience);
        }
    }

    private static void send(String signal, Collection<ProcessHandle> processes) throws IOException {
        if (processes.isEmpty()) {
            return;
        }
        var command = new ArrayList<>(List.of("kill", "-s", signal));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        // The exit status is ignored, as a process may end before its signal.
        Program.of(command).run();
    }

    /// Returns whether all of them have ended within the time. A process that has ended counts even if its parent has not asked for its
    /// status: on some machines the first process does that only every other second.
    static boolean awaitEnd(Collection<ProcessHandle> processes, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (processes.stream().anyMatch(ProcessTable::runs)) {
            if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return true;
    }
}
