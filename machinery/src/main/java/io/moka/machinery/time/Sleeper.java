package io.moka.machinery.time;

import java.time.Duration;

/// Sleeps for a duration. In a test, a sleep ends when the test moves its clock.
public interface Sleeper {

    Sleeper SYSTEM = Thread::sleep;

    void sleep(Duration duration) throws InterruptedException;
}
