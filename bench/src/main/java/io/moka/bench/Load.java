package io.moka.bench;

import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Calls a server in the two ways that are counted: one client that waits for each answer, and many that each do.
final class Load {

    private Load() {
    }

    /// The i-th call of a series.
    interface Call {
        void send(int i) throws Exception;
    }

    /// Milliseconds of the calls `first` to `first + count - 1`, one after the other.
    static Samples inTurn(int first, int count, Call call) throws Exception {
        var times = new double[count];
        for (int i = 0; i < count; i++) {
            long begin = System.nanoTime();
            call.send(first + i);
            times[i] = (System.nanoTime() - begin) / 1e6;
        }
        return Samples.of(times);
    }

    /// Calls a second, when the clients share the calls `first` to `first + count - 1`. Each call is made once.
    ///
    /// @throws IllegalStateException when a call fails
    static double perSecond(int clients, int first, int count, Call call) throws InterruptedException {
        var next = new AtomicInteger();
        var work = new ArrayList<Callable<Void>>();
        for (int client = 0; client < clients; client++) {
            work.add(() -> {
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                    call.send(first + i);
                }
                return null;
            });
        }
        long begin = System.nanoTime();
        try (var executor = Executors.newFixedThreadPool(clients)) {
            for (var client : executor.invokeAll(work)) {
                client.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        }
        return count / ((System.nanoTime() - begin) / 1e9);
    }
}
