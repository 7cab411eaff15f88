package io.moka.machinery.thread;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A thread for one piece of work, such as a connection, a binding or a deadline. A failure of the work is logged and ends this thread alone; the process goes on.
///
/// The work frees in `finally` what it holds, and its owner tries it again. A loop that the process cannot do without is a [NeededThread].
public final class TaskThread {

    private static final Logger log = LoggerFactory.getLogger(TaskThread.class);

    private TaskThread() {
    }

    public static Thread start(String name, Runnable work) {
        var thread = unstarted(name, work);
        thread.start();
        return thread;
    }

    /// A virtual thread.
    public static Thread unstarted(String name, Runnable work) {
        return Thread.ofVirtual().name(name).unstarted(logged(name, work));
    }

    /// Starts a daemon thread of the platform, for work that blocks in the kernel and would occupy a carrier of virtual threads.
    public static Thread startPlatform(String name, Runnable work) {
        return Thread.ofPlatform().daemon().name(name).start(logged(name, work));
    }

    private static Runnable logged(String name, Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (Throwable failure) {
                log.error("the work of the thread {} has failed", name, failure);
            }
        };
    }
}
