package io.moka.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// `bin/moka up`, everything built and the Docker engine running, until it returns: the node is Ready and the proxy has its rules.
final class UpTime implements Measurement {

    private static final int ROUNDS = 3;

    @Override
    public String name() {
        return "up";
    }

    @Override
    public List<Figure> measure(BenchCluster cluster) throws Exception {
        cluster.holdEngine();
        try {
            return rounds(cluster);
        } finally {
            cluster.releaseEngine();
        }
    }

    private static List<Figure> rounds(BenchCluster cluster) throws IOException, InterruptedException {
        cluster.purge();
        double empty = cluster.up().toNanos() / 1e9;
        var existing = new ArrayList<Duration>();
        var ends = new ArrayList<Duration>();
        for (int i = 0; i < ROUNDS; i++) {
            ends.add(cluster.down());
            existing.add(cluster.up());
        }
        return List.of(new Figure(Row.UP_EMPTY, empty), new Figure(Row.DOWN, Samples.seconds(ends).median()), new Figure(Row.UP, Samples.seconds(existing).median()));
    }
}
