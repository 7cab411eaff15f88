package io.moka.bench;

import io.moka.bench.Load.Call;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Create, get, update and patch of pod objects, with one client and with 32.
final class ApiCalls implements Measurement {

    private static final int CLIENTS = 32;
    private static final int SINGLE = 500;
    private static final int MANY = 4_000;
    private static final int OBJECTS = SINGLE + MANY;

    /// By then the virtual machines of both sides have compiled what they are going to.
    private static final int WARM_UP_ROUNDS = 10;
    private static final int WARM_UP_CALLS = WARM_UP_ROUNDS * MANY;
    private static final int CHANGE_ROUNDS = 5;

    private final PodObjects pods = new PodObjects("called");

    @Override
    public String name() {
        return "api";
    }

    @Override
    public List<Figure> measure(BenchCluster cluster) throws Exception {
        try (var client = new RawClient(cluster.config())) {
            var figures = new ArrayList<Figure>();
            creates(cluster, client, figures);
            gets(client, figures);
            figures.add(new Figure(Row.UPDATE_RATE, updates(client)));
            figures.add(new Figure(Row.PATCH_RATE, patches(client)));
            pods.remove(client);
            return figures;
        }
    }

    /// Leaves the objects that it made.
    private void creates(BenchCluster cluster, RawClient client, List<Figure> figures) throws Exception {
        var bodies = new byte[OBJECTS][];
        Arrays.setAll(bodies, pods::body);
        Call create = i -> client.send("POST", pods.collection(), "application/json", bodies[i]);
        figures.add(new Figure(Row.CREATE_COLD_RATE, Load.perSecond(CLIENTS, 0, MANY, create)));
        for (int round = 1; round < WARM_UP_ROUNDS; round++) {
            pods.remove(client);
            Load.perSecond(CLIENTS, 0, MANY, create);
        }
        pods.remove(client);
        figures.add(new Figure(Row.CREATE_P50, Load.inTurn(0, SINGLE, create).percentile(50)));
        double creates = Load.perSecond(CLIENTS, SINGLE, MANY, create);
        double transactions = transactions(cluster, client.get(pods.path(0)).length);
        figures.add(new Figure(Row.CREATE_RATE, creates));
        figures.add(new Figure(Row.ETCD_RATE, transactions));
        figures.add(new Figure(Row.CREATE_SHARE, creates / transactions * 100));
    }

    private static double transactions(BenchCluster cluster, int valueBytes) throws Exception {
        try (var etcd = cluster.etcd()) {
            return etcd.perSecond(CLIENTS, WARM_UP_CALLS, MANY, valueBytes);
        }
    }

    private void gets(RawClient client, List<Figure> figures) throws Exception {
        Call get = i -> client.get(pods.path(i % OBJECTS));
        Load.perSecond(CLIENTS, 0, WARM_UP_CALLS, get);
        Load.inTurn(0, SINGLE, get);
        figures.add(new Figure(Row.GET_P50, Load.inTurn(0, 2 * SINGLE, get).percentile(50)));
        figures.add(new Figure(Row.GET_RATE, Load.perSecond(CLIENTS, 0, WARM_UP_CALLS / 2, get)));
    }

    /// Puts back what a get has brought, with another label, as a client that reads, changes and writes does.
    private double updates(RawClient client) throws InterruptedException {
        var bodies = new byte[OBJECTS][];
        double rate = 0;
        for (int round = 1; round <= CHANGE_ROUNDS; round++) {
            int label = round;
            Load.perSecond(CLIENTS, 0, OBJECTS, i -> bodies[i] = pods.inRound(label, client.get(pods.path(i))));
            rate = Load.perSecond(CLIENTS, 0, MANY, i -> client.send("PUT", pods.path(i), "application/json", bodies[i]));
        }
        return rate;
    }

    /// Each object is changed once in a round, so that no two calls meet.
    private double patches(RawClient client) throws InterruptedException {
        double rate = 0;
        for (int round = 1; round <= CHANGE_ROUNDS; round++) {
            var body = "{\"metadata\":{\"labels\":{\"round\":\"patched-%d\"}}}".formatted(round).getBytes(StandardCharsets.UTF_8);
            rate = Load.perSecond(CLIENTS, 0, MANY, i -> client.send("PATCH", pods.path(i), "application/strategic-merge-patch+json", body));
        }
        return rate;
    }
}
