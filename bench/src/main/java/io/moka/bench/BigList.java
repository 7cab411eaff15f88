package io.moka.bench;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A list of 10,000 pods, until its last byte has come: as it is in etcd now, as the server's cache has it, and page by page.
final class BigList implements Measurement {

    private static final int PODS = 10_000;
    private static final int CLIENTS = 32;
    private static final int WARM_UP = 40;
    private static final int LISTS = 15;
    private static final Pattern CONTINUE = Pattern.compile("\"continue\":\"([^\"]+)\"");

    private final PodObjects pods = new PodObjects("listed");

    @Override
    public String name() {
        return "list";
    }

    @Override
    public List<Figure> measure(BenchCluster cluster) throws Exception {
        try (var client = new RawClient(cluster.config())) {
            Load.perSecond(CLIENTS, 0, PODS, i -> pods.create(client, i));
            double mebibytes = client.get(pods.collection()).length / 1024.0 / 1024;
            var figures = List.of(new Figure(Row.LIST_SIZE, mebibytes),
                    new Figure(Row.LIST_QUORUM, median(i -> client.get(pods.collection()))),
                    new Figure(Row.LIST_CACHED, median(i -> client.get(pods.collection() + "?resourceVersion=0"))),
                    new Figure(Row.LIST_PAGED, median(i -> pages(client))),
                    new Figure(Row.LIST_MEMORY, memoryLater(cluster)));
            pods.remove(client);
            return figures;
        }
    }

    private static double memoryLater(BenchCluster cluster) throws Exception {
        TimeUnit.MINUTES.sleep(1);
        return new ProcessCost(Long.parseLong(Files.readString(cluster.run().resolve("apiserver.pid")).strip())).pssMebibytes();
    }

    private static double median(Load.Call list) throws Exception {
        Load.inTurn(0, WARM_UP, list);
        return Load.inTurn(0, LISTS, list).median();
    }

    private void pages(RawClient client) throws IOException {
        int pages = 0;
        for (var token = ""; token != null; pages++) {
            token = continueToken(client.get(pods.collection() + "?limit=500" + token));
        }
        if (pages < PODS / 500) {
            throw new IOException("only " + pages + " pages");
        }
    }

    /// The list's metadata stands before its items, or after them.
    static @Nullable String continueToken(byte[] page) {
        int edge = Math.min(page.length, 2_000);
        for (int begin : new int[] {0, page.length - edge}) {
            var token = CONTINUE.matcher(new String(page, begin, edge, StandardCharsets.UTF_8));
            if (token.find()) {
                return "&continue=" + URLEncoder.encode(token.group(1), StandardCharsets.UTF_8);
            }
        }
        return null;
    }
}
