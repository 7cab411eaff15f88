package io.moka.apiserver.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.StoreUnavailableException;
import io.moka.apiserver.server.StartSteps.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StartStepsTest {
    private final List<String> done = new ArrayList<>();
    private final List<Long> pauses = new ArrayList<>();
    private final StartSteps steps = new StartSteps(time -> pauses.add(time.toMillis()));
    private int failuresLeft;

    private Step step(String name) {
        return new Step(name, () -> done.add(name));
    }

    private Step failing(String name, int times, RuntimeException failure) {
        failuresLeft = times;
        return new Step(name, () -> {
            if (failuresLeft-- > 0) {
                throw failure;
            }
            done.add(name);
        });
    }

    @Test
    void stepThatTheStoreFailsIsTriedAgainAndThoseBeforeItAreNot() throws Exception {
        var away = new StoreUnavailableException(StoreUnavailableException.Reason.TIMED_OUT, "etcdserver: request timed out");
        steps.run(List.of(step("first"), failing("second", 3, away), step("third")));
        assertEquals(List.of("first", "second", "third"), done);
        assertEquals(List.of(200L, 400L, 800L), pauses);
    }

    @Test
    void pauseIsBounded() throws Exception {
        steps.run(List.of(failing("step", 20, ApiException.unavailable("not yet"))));
        assertEquals(5000L, pauses.getLast());
        assertEquals(20, pauses.size());
    }

    @Test
    void fileThatCannotBeReadIsReadAgain() throws Exception {
        failuresLeft = 1;
        steps.run(List.of(new Step("file", () -> {
            if (failuresLeft-- > 0) {
                throw new IOException("no such file");
            }
            done.add("file");
        })));
        assertEquals(List.of("file"), done);
    }

    @Test
    void unexpectedExceptionIsPassedOn() {
        assertThrows(IllegalStateException.class, () -> steps.run(List.of(failing("step", 1, new IllegalStateException("a bug")))));
        assertEquals(List.of(), pauses);
    }

    @Test
    void stoppedServerDoesNotTryAgain() {
        Step stopped = new Step("stopped", () -> {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException(StoreUnavailableException.Reason.UNAVAILABLE, "interrupted while waiting for etcd");
        });
        assertThrows(InterruptedException.class, () -> steps.run(List.of(stopped)));
        assertEquals(Duration.ZERO, Duration.ofMillis(pauses.size()));
    }
}
