package io.moka.machinery.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.testing.Await;
import io.moka.machinery.time.VirtualTime;
import io.moka.machinery.workqueue.WorkQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What becomes of a key after its reconciliation, with one worker and a clock that the test moves.
class ControllerTest {

    private final VirtualTime time = new VirtualTime();
    private final WorkQueue<String> queue = new WorkQueue<>(time);
    private final List<String> reconciled = new CopyOnWriteArrayList<>();
    private Controller<String> controller;

    private void start(Reconciler<String> reconciler) {
        controller = new Controller<>("test", queue, 1, key -> {
            reconciled.add(key);
            return key.startsWith("probe") ? Outcome.DONE : reconciler.reconcile(key);
        });
        controller.start();
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    private long attempts() {
        return reconciled.stream().filter("a"::equals).count();
    }

    /// Returns when the only worker has finished with all keys that it could take before.
    private void settle() {
        var probe = "probe-" + reconciled.size();
        queue.add(probe);
        Await.until(probe + " is reconciled", () -> reconciled.contains(probe));
    }

    private static ApiException refusal(int code, int retryAfterSeconds) {
        var status = new StatusBuilder().withCode(code).withMessage("refused");
        return new ApiException((retryAfterSeconds == 0 ? status : status.withNewDetails().withRetryAfterSeconds(retryAfterSeconds).endDetails()).build());
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new IllegalStateException("broken"), Duration.ofMillis(5)),
                Arguments.of(new IOException("checked"), Duration.ofMillis(5)),
                Arguments.of(new UncheckedIOException(new IOException("no server")), Duration.ofMillis(5)),
                Arguments.of(new StackOverflowError("a deep object"), Duration.ofMillis(5)),
                Arguments.of(refusal(409, 0), Duration.ofMillis(5)),
                Arguments.of(refusal(403, 0), Duration.ofMillis(5)),
                Arguments.of(refusal(429, 30), Duration.ofSeconds(30)),
                Arguments.of(refusal(503, 3_600), Duration.ofSeconds(60)));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailedReconciliationIsRepeatedAfterItsPause(Throwable failure, Duration pause) {
        start(key -> {
            if (attempts() == 1) {
                throwAny(failure);
            }
            return Outcome.DONE;
        });
        queue.add("a");
        settle();
        time.pass(pause.minusMillis(1));
        settle();
        assertEquals(1, attempts(), "the pause is not over");
        time.pass(Duration.ofMillis(1));
        Await.until("the second attempt", () -> attempts() == 2);
        settle();
        assertEquals(0, queue.failures("a"), "a success is the end of the back-off");
    }

    private static void throwAny(Throwable failure) throws Exception {
        if (failure instanceof Error error) {
            throw error;
        }
        throw (Exception) failure;
    }

    static Stream<Arguments> outcomes() {
        return Stream.of(Arguments.of(Outcome.DONE, null), Arguments.of(Outcome.terminal("spec is wrong"), null),
                Arguments.of(Outcome.requeueAfter(Duration.ofMinutes(3)), Duration.ofMinutes(3)),
                Arguments.of(Outcome.requeueAt(new VirtualTime().instant().plusSeconds(90)), Duration.ofSeconds(90)));
    }

    @ParameterizedTest
    @MethodSource("outcomes")
    void anOutcomeTellsWhenTheKeyComesAgain(Outcome outcome, Duration again) {
        start(key -> attempts() == 1 ? outcome : Outcome.DONE);
        queue.add("a");
        settle();
        time.pass((again == null ? Duration.ofDays(1) : again).minusMillis(1));
        settle();
        assertEquals(1, attempts());
        time.pass(Duration.ofMillis(1));
        if (again != null) {
            Await.until("the key comes again", () -> attempts() == 2);
        }
        settle();
        assertEquals(again == null ? 1 : 2, attempts());
    }

    @Test
    void aClosedControllerInterruptsItsWorkAndStartsNoOther() {
        var started = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        start(key -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                Thread.currentThread().interrupt();
            }
            return Outcome.DONE;
        });
        queue.add("a");
        queue.add("b");
        Await.until("the work has begun", () -> started.getCount() == 0);
        controller.close();
        Await.until("the work is interrupted", () -> interrupted.getCount() == 0);
        queue.add("c");
        assertEquals(List.of("a"), reconciled);
        assertEquals(1, queue.depth(), "a closed queue takes no key");
    }
}
