package io.moka.apiserver.server;

import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.StoreUnavailableException;
import io.moka.machinery.time.Sleeper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the steps that follow a server's start, once and in order. A step that fails because of etcd or another server is retried until it
/// succeeds, after a pause that doubles; the steps before it are not repeated. Any other exception is passed on.
final class StartSteps {
    private static final Logger LOG = LoggerFactory.getLogger(StartSteps.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /// One step, which may be repeated.
    record Step(String name, Action action) {}

    @FunctionalInterface
    interface Action {
        void run() throws InterruptedException, IOException;
    }

    private final Sleeper sleeper;

    StartSteps(Sleeper sleeper) {
        this.sleeper = sleeper;
    }

    /// Runs the steps in order; returns when all have succeeded.
    void run(List<Step> steps) throws InterruptedException {
        for (Step step : steps) {
            untilDone(step);
        }
    }

    private void untilDone(Step step) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (!attempt(step, pause)) {
            sleeper.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private static boolean attempt(Step step, Duration pause) throws InterruptedException {
        try {
            step.action().run();
            return true;
        } catch (StoreUnavailableException | ApiException | IOException failed) {
            if (Thread.interrupted()) {
                throw new InterruptedException("the server is being stopped");
            }
            LOG.warn("The start's step \"{}\" has failed and is tried again in {} ms: {}", step.name(), pause.toMillis(), failed.getMessage());
            return false;
        }
    }
}
