package io.moka.bench;

import java.util.concurrent.TimeUnit;

/// Calls that go on at a fixed rate while something else is measured.
final class Disturbance implements AutoCloseable {

    private final Thread thread;
    private volatile boolean ended;
    private volatile int calls;

    /// @param perSecond how many calls
    /// @param most how many there are at most
    Disturbance(int perSecond, int most, Load.Call call) {
        thread = Thread.ofPlatform().name("disturbance").daemon().start(() -> run(perSecond, most, call));
    }

    private void run(int perSecond, int most, Load.Call call) {
        long begin = System.nanoTime();
        try {
            for (int i = 0; i < most && !ended; i++) {
                call.send(i);
                calls = i + 1;
                long due = begin + (i + 1) * 1_000_000_000L / perSecond;
                TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
            }
        } catch (Exception e) {
            System.err.println("  the disturbance ended: " + e.getMessage());
        }
    }

    /// How many calls have been made.
    int calls() {
        return calls;
    }

    @Override
    public void close() throws InterruptedException {
        ended = true;
        thread.join();
    }
}
