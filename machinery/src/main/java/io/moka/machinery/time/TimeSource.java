package io.moka.machinery.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.Condition;

/// The source of instants and timers for all parts of a process. [#SYSTEM] is the machine's; a [VirtualTime] is moved by a test.
///
/// Two clocks, as in every operating system: [#instant()] is the wall clock, which may be set forwards or back; [#nanos()] only grows and may stand
/// still while the machine is suspended.
public interface TimeSource extends InstantSource, Sleeper {

    TimeSource SYSTEM = new TimeSource() {
        @Override
        public Instant instant() {
            return Instant.now();
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            Thread.sleep(duration);
        }

        @Override
        public void await(Condition condition, long nanos) throws InterruptedException {
            condition.awaitNanos(nanos);
        }

        @Override
        public void onJump(Runnable wake) {
        }
    };

    /// The monotonic clock, in nanoseconds from an arbitrary start.
    long nanos();

    /// Waits for a signal, or until so many nanoseconds of the monotonic clock have passed. May return early; the caller holds the condition's lock.
    void await(Condition condition, long nanos) throws InterruptedException;

    /// Calls `wake` each time that a test moves the clock; the system's clock never calls it.
    void onJump(Runnable wake);
}
