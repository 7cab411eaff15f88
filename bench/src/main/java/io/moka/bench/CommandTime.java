package io.moka.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// `get nodes` as a user types it, from the start of the process to its end; upstream's own kubectl beside it where there is one.
final class CommandTime implements Measurement {

    private static final int WARM_UP = 3;
    private static final int RUNS = 20;

    @Override
    public String name() {
        return "kubectl";
    }

    @Override
    public List<Figure> measure(BenchCluster cluster) throws Exception {
        var figures = new ArrayList<Figure>();
        figures.add(new Figure(Row.KUBECTL_LITE, median(cluster.shell(), "bin/kubectl-lite")));
        if (Shell.isOnPath("kubectl")) {
            figures.add(new Figure(Row.KUBECTL, median(cluster.shell(), "kubectl")));
        }
        return figures;
    }

    private static double median(Shell shell, String program) throws IOException, InterruptedException {
        var times = new ArrayList<Duration>();
        for (int i = -WARM_UP; i < RUNS; i++) {
            var took = shell.run(program, "get", "nodes").took();
            if (i >= 0) {
                times.add(took);
            }
        }
        return Samples.milliseconds(times).median();
    }
}
