package io.moka.controllers.podowner;

import io.moka.controllers.common.Parallel;
import java.util.List;

/// Runs tasks in batches of 1, 2, 4, ... and stops after the first batch in which one failed.
///
/// Follows upstream's `slowStartBatch`.
public final class SlowStart {

    private SlowStart() {
    }

    /// @throws RuntimeException the first failure of the batch that failed
    public static void run(List<Runnable> tasks) {
        int done = 0;
        for (int batch = 1; done < tasks.size(); batch *= 2) {
            int end = Math.min(done + batch, tasks.size());
            Parallel.run(tasks.subList(done, end));
            done = end;
        }
    }
}
