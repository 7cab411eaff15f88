package io.moka.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// The largest cluster: 50,000 pods on 5,000 hollow nodes, and what the scheduler and the hollow kubelet need for them. Takes ten minutes or more, so it is
/// measured on request only.
final class ManyPods implements Measurement {

    private static final int NODES = 5_000;
    private static final int PODS = 50_000;

    @Override
    public String name() {
        return "many";
    }

    @Override
    public List<Figure> measure(BenchCluster cluster) throws Exception {
        var figures = new ArrayList<Figure>();
        cluster.hollowNodes(NODES);
        try (var client = new RawClient(cluster.config()); var pods = new ScheduledPods(client, "many", PODS, ScheduledPods.Kind.PLAIN)) {
            figures.add(new Figure(Row.MANY_RATE, pods.run().perSecond()));
            var memory = new TreeMap<String, Double>();
            for (var process : cluster.schedulingProcesses().entrySet()) {
                memory.put(process.getKey(), process.getValue().pssMebibytes());
            }
            IdleCost.add(figures, Row.MANY_PSS, memory);
            pods.remove();
        } finally {
            cluster.hollowNodes(0);
        }
        return figures;
    }
}
