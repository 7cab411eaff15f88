package io.moka.bench;

import io.moka.bench.Load.Call;
import java.net.http.HttpClient.Version;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Create, get, update and patch of pod objects, with one client and with 32. Whichever of HTTP/1.1 and HTTP/2 serves 32 clients
/// faster is used for them; one client speaks HTTP/1.1.
final class ApiCalls implements Measurement {

    private static final int CLIENTS = 32;
    /// By then the virtual machines of both sides have compiled what they are going to.
    private static final int WARM_UP = 9_000;
    private static final int SINGLE = 500;
    private static final int CREATES = 4_000;
    private static final int GETS = 10_000;
    private static final int OBJECTS = WARM_UP + SINGLE + CREATES;

    private final PodObjects pods = new PodObjects("called");

    @Override
    public String name() {
        return "api";
    }

    @Override
    public List<Figure> measure(BenchCluster cluster) throws Exception {
        try (var first = new RawClient(cluster.config(), Version.HTTP_1_1); var second = new RawClient(cluster.config(), Version.HTTP_2)) {
            var create = creation(first);
            Load.perSecond(CLIENTS, 0, WARM_UP, create);
            var many = faster(first, second);
            var figures = new ArrayList<Figure>();
            figures.add(new Figure(Row.CREATE_P50, Load.inTurn(WARM_UP, SINGLE, create).percentile(50)));
            double creates = Load.perSecond(CLIENTS, WARM_UP + SINGLE, CREATES, creation(many));
            double transactions = transactions(cluster, first.get(pods.path(0)).length);
            figures.add(new Figure(Row.CREATE_RATE, creates));
            figures.add(new Figure(Row.ETCD_RATE, transactions));
            figures.add(new Figure(Row.CREATE_SHARE, creates / transactions * 100));
            Call get = i -> first.get(pods.path(i % OBJECTS));
            Load.inTurn(0, SINGLE, get);
            figures.add(new Figure(Row.GET_P50, Load.inTurn(0, 2 * SINGLE, get).percentile(50)));
            figures.add(new Figure(Row.GET_RATE, Load.perSecond(CLIENTS, 0, GETS, i -> many.get(pods.path(i % OBJECTS)))));
            figures.add(new Figure(Row.UPDATE_RATE, changes(update(many))));
            figures.add(new Figure(Row.PATCH_RATE, changes(patch(many))));
            pods.remove(first);
            return figures;
        }
    }

    private static double transactions(BenchCluster cluster, int valueBytes) throws Exception {
        try (var etcd = cluster.etcd()) {
            return etcd.perSecond(CLIENTS, WARM_UP, CREATES, valueBytes);
        }
    }

    private RawClient faster(RawClient first, RawClient second) throws InterruptedException {
        double byFirst = gets(first);
        double bySecond = gets(second);
        System.err.printf("  32 clients get by HTTP/1.1 %,.0f/s, by HTTP/2 %,.0f/s%n", byFirst, bySecond);
        return byFirst >= bySecond ? first : second;
    }

    private double gets(RawClient client) throws InterruptedException {
        Call get = i -> client.get(pods.path(i));
        Load.perSecond(CLIENTS, 0, WARM_UP, get);
        return Load.perSecond(CLIENTS, 0, WARM_UP, get);
    }

    /// Each object is changed once, so that no two calls meet.
    private static double changes(Call change) throws InterruptedException {
        Load.perSecond(CLIENTS, CREATES, WARM_UP, change);
        return Load.perSecond(CLIENTS, 0, CREATES, change);
    }

    private Call creation(RawClient client) {
        var bodies = new byte[OBJECTS][];
        Arrays.setAll(bodies, pods::body);
        return i -> client.send("POST", pods.collection(), "application/json", bodies[i]);
    }

    /// Puts back what a get has brought, with another label, as a client that reads, changes and writes does.
    private Call update(RawClient client) throws InterruptedException {
        var bodies = new byte[OBJECTS][];
        Load.perSecond(CLIENTS, 0, OBJECTS, i -> bodies[i] = pods.nextRound(client.get(pods.path(i))));
        return i -> client.send("PUT", pods.path(i), "application/json", bodies[i]);
    }

    private Call patch(RawClient client) {
        var body = "{\"metadata\":{\"labels\":{\"round\":\"2\"}}}".getBytes(StandardCharsets.UTF_8);
        return i -> client.send("PATCH", pods.path(i), "application/strategic-merge-patch+json", body);
    }
}
