package io.moka.machinery.thread;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A thread that the process cannot do without: if its work throws, the process ends with status [#EXIT_STATUS], and its
/// supervisor starts it again. A process whose loop has died would look alive and do nothing.
///
/// Work that returns, as it does when it was closed or interrupted, ends only the thread.
public final class NeededThread {

    /// The status of a process that ended so (`EX_SOFTWARE` of sysexits).
    public static final int EXIT_STATUS = 70;

    private static final Logger log = LoggerFactory.getLogger(NeededThread.class);
    /// Longer than the closers may take.
    private static final Duration LONGEST_END = Duration.ofSeconds(15);

    private NeededThread() {
    }

    public static Thread start(String name, Runnable work) {
        var thread = unstarted(name, work);
        thread.start();
        return thread;
    }

    /// A virtual thread.
    public static Thread unstarted(String name, Runnable work) {
        return Thread.ofVirtual().name(name).unstarted(guarded(name, work));
    }

    /// A daemon thread of the platform, for work that must go on while all carriers of virtual threads are busy.
    public static Thread unstartedPlatform(String name, Runnable work) {
        return Thread.ofPlatform().daemon().name(name).unstarted(guarded(name, work));
    }

    private static Runnable guarded(String name, Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (Throwable failure) {
                end(name, failure);
            }
        };
    }

    /// Ends the process in good order if that is possible, and at once if it is not: after an `OutOfMemoryError`, say.
    private static void end(String name, Throwable failure) {
        try {
            Thread.ofPlatform().daemon().name("end").start(NeededThread::haltAtLast);
            log.error("the thread {} has failed, and the process cannot work without it; the process ends", name, failure);
            System.exit(EXIT_STATUS);
        } catch (Throwable hopeless) {
            Runtime.getRuntime().halt(EXIT_STATUS);
        }
    }

    private static void haltAtLast() {
        try {
            Thread.sleep(LONGEST_END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Runtime.getRuntime().halt(EXIT_STATUS);
        }
    }
}
