package io.moka.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// From the moment a create is sent until a watch of the same machine has its event, with one watch open and with a hundred. The next
/// object is created when all watches have the one before it.
final class WatchDelay implements Measurement {

    private static final int PATIENCE_SECONDS = 30;

    @Override
    public String name() {
        return "watch";
    }

    @Override
    public List<Figure> measure(BenchCluster cluster) throws Exception {
        try (var writer = new RawClient(cluster.config()); var reader = new RawClient(cluster.config())) {
            var one = delays(writer, reader, new PodObjects("watched"), 1, 5_000, 500);
            var hundred = delays(writer, reader, new PodObjects("fanned"), 100, 2_000, 500);
            return List.of(new Figure(Row.WATCH_P50, one.percentile(50)), new Figure(Row.WATCH_100_P99, hundred.percentile(99)));
        }
    }

    /// Milliseconds of each event at each watch, without those of the warm-up.
    private static Samples delays(RawClient writer, RawClient reader, PodObjects pods, int watches, int warmUp, int count) throws Exception {
        var arrived = new long[watches][warmUp + count];
        var missing = new CountDownLatch[warmUp + count];
        for (int i = 0; i < missing.length; i++) {
            missing[i] = new CountDownLatch(watches);
        }
        var samples = new ArrayList<Double>();
        var streams = open(reader, pods, arrived, missing);
        try {
            for (int i = 0; i < missing.length; i++) {
                long sent = System.nanoTime();
                pods.create(writer, i);
                if (!missing[i].await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw new IOException(missing[i].getCount() + " of " + watches + " watches did not see " + pods.name(i));
                }
                for (int watch = 0; watch < watches && i >= warmUp; watch++) {
                    samples.add((arrived[watch][i] - sent) / 1e6);
                }
            }
        } finally {
            for (var stream : streams) {
                stream.close();
            }
            pods.remove(writer);
        }
        return Samples.of(samples.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static List<WatchStream> open(RawClient reader, PodObjects pods, long[][] arrived, CountDownLatch[] missing) throws Exception {
        var streams = new ArrayList<WatchStream>();
        for (var times : arrived) {
            streams.add(new WatchStream(reader.open(pods.collection() + "?watch=true&labelSelector=bench%3D" + pods.series()), pods, (object, now) -> {
                if (times[object] == 0) {
                    times[object] = now;
                    missing[object].countDown();
                }
            }));
        }
        return streams;
    }
}
