package io.moka.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Measures a cluster that has just been started: the rates of creates and gets by plain clients ([PlainClients]), and the creates also as shares of
/// the rate at which the bare etcd takes writes from the same clients in the same run. The clients are warm by then, the apiserver is not.
final class ColdCreates implements Measurement {

    @Override
    public String name() {
        return "cold";
    }

    @Override
    public List<Figure> measure(BenchCluster cluster) throws Exception {
        cluster.holdEngine();
        try {
            cluster.ensureUsable();
            restart(cluster);
            var rates = run(cluster, "creates");
            restart(cluster);
            rates.putAll(run(cluster, "gets"));
            remove(cluster);
            return figures(rates);
        } finally {
            cluster.releaseEngine();
        }
    }

    /// Deletes the pods one by one: a single call for all would exceed the time-out of a request.
    private static void remove(BenchCluster cluster) throws Exception {
        var pods = new PodObjects("plain");
        try (var client = new RawClient(cluster.config())) {
            Load.perSecond(PlainClients.CLIENTS, 0, PlainClients.CREATED, i -> client.delete(pods.path(i)));
        }
    }

    private static void restart(BenchCluster cluster) throws IOException, InterruptedException {
        cluster.down();
        cluster.up();
    }

    private static List<Figure> figures(Map<String, Double> rates) {
        var figures = new ArrayList<Figure>();
        double puts = rates.get("puts");
        figures.add(new Figure(Row.PLAIN_PUT_RATE, puts));
        figures.add(new Figure(Row.PLAIN_CREATE_COLD_RATE, rates.get("cold")));
        figures.add(new Figure(Row.PLAIN_CREATE_COLD_SHARE, rates.get("cold") / puts * 100));
        figures.add(new Figure(Row.PLAIN_CREATE_RATE, rates.get("warm")));
        figures.add(new Figure(Row.PLAIN_CREATE_SHARE, rates.get("warm") / puts * 100));
        figures.add(new Figure(Row.PLAIN_GET_COLD_RATE, rates.get("gets")));
        return figures;
    }

    private static Map<String, Double> run(BenchCluster cluster, String what) throws IOException, InterruptedException {
        var output = cluster.shell().run(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-Xmx1g", "-cp", System.getProperty("java.class.path"), PlainClients.class.getName(), what,
                cluster.kubeconfig().toString(), cluster.etcdAddress(), cluster.pki().toString()).output();
        var rates = new HashMap<String, Double>();
        output.lines().map(line -> line.split(" ")).filter(words -> words.length == 2).forEach(words -> rates.put(words[0], Double.valueOf(words[1])));
        return rates;
    }
}
