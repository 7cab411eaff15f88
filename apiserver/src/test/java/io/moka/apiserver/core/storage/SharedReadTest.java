package io.moka.apiserver.core.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class SharedReadTest {
    private final List<CompletableFuture<Integer>> calls = new ArrayList<>();
    private final SharedRead<Integer> reads = new SharedRead<>(() -> {
        CompletableFuture<Integer> call = new CompletableFuture<>();
        calls.add(call);
        return call;
    });

    @Test
    void callerNeverGetsAnAnswerOlderThanItsCall() {
        var first = reads.read();
        var second = reads.read();
        calls.get(0).complete(1);
        assertEquals(1, first.join());
        assertFalse(second.isDone());
        calls.get(1).complete(2);
        assertEquals(2, second.join());
    }

    @Test
    void callersThatWaitShareOneRead() {
        reads.read();
        var second = reads.read();
        assertSame(second, reads.read());
        calls.get(0).complete(1);
        assertEquals(2, calls.size());
    }

    @Test
    void failedReadDoesNotStopTheNext() {
        var first = reads.read();
        var second = reads.read();
        calls.get(0).completeExceptionally(new IllegalStateException("gone"));
        assertTrue(first.isCompletedExceptionally());
        calls.get(1).complete(2);
        assertEquals(2, second.join());
        reads.read();
        assertEquals(3, calls.size());
    }
}
