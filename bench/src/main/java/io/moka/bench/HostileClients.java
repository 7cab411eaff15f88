package io.moka.bench;

import io.moka.machinery.client.ClientConfig;
import io.moka.machinery.pki.TrustingTls;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// 50 clients that mean harm, in a virtual machine of their own. [Hostility] starts it and counts how a normal user fares beside it.
///
/// Some have credentials, as a tenant who went wrong has; the others are nobody. All go on until the time is over, at most 20 requests
/// a second each where a request is cheap for them, since the two processors are theirs as well as the server's.
final class HostileClients {

    private static final int CLIENTS = 50;
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final String CONFIG_MAPS = "/api/v1/namespaces/hostile/configmaps";

    private final URI server;
    private final ClientConfig config;
    private final SSLContext anonymous;
    private final long end;

    private HostileClients(ClientConfig config, Duration time) throws Exception {
        this.config = config;
        this.server = URI.create(config.server());
        this.anonymous = TrustingTls.CONTEXT;
        this.end = System.nanoTime() + time.toNanos();
    }

    /// @param args the kubeconfig of the tenant, and for how many seconds
    public static void main(String[] args) throws Exception {
        var hostile = new HostileClients(ClientConfig.load(Path.of(args[0]), null, "moka-hostile"), Duration.ofSeconds(Long.parseLong(args[1])));
        hostile.run();
        System.exit(0);
    }

    /// One attack; repeated until the time is over, whatever becomes of it.
    private interface Attack {
        void run() throws IOException, InterruptedException;
    }

    private void run() throws InterruptedException {
        var attacks = List.<Attack>of(this::patchThatCopiesItself, this::aliasesOfAliases, this::deepNesting, this::listEverything, this::floodOfEvents,
                this::hugeObject, this::halfAHead, this::halfABody, this::pingFlood, this::watches);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int client = 0; client < CLIENTS; client++) {
                var attack = attacks.get(client % attacks.size());
                threads.submit(() -> repeat(attack));
            }
            threads.shutdown();
            threads.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            threads.shutdownNow();
        }
    }

    private Void repeat(Attack attack) throws InterruptedException {
        while (System.nanoTime() < end) {
            try {
                attack.run();
            } catch (IOException e) {
                // The server has ended the attack; the next begins.
                TimeUnit.NANOSECONDS.sleep(PACE_NANOS);
            }
            TimeUnit.NANOSECONDS.sleep(PACE_NANOS);
        }
        return null;
    }

    private final HttpClient[] clients = IntStream.range(0, 8).mapToObj(i -> (HttpClient) null).toArray(HttpClient[]::new);

    private synchronized HttpClient client() {
        int turn = (int) (System.nanoTime() / 1000 % clients.length);
        if (clients[turn] == null) {
            clients[turn] = HttpClient.newBuilder().sslContext(config.sslContext()).build();
        }
        return clients[turn];
    }

    private int send(String method, String path, String type, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(server.resolve(path)).timeout(Duration.ofSeconds(20)).header("Content-Type", type)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)).build();
        return client().send(request, BodyHandlers.discarding()).statusCode();
    }

    private void patchThatCopiesItself() throws IOException, InterruptedException {
        send("POST", CONFIG_MAPS, "application/json", "{\"metadata\":{\"name\":\"bomb\"},\"data\":{\"a\":\"b\"}}");
        var copies = IntStream.range(0, 30).mapToObj(i -> "{\"op\":\"copy\",\"from\":\"/data\",\"path\":\"/data/c" + i + "\"}").collect(Collectors.joining(","));
        send("PATCH", CONFIG_MAPS + "/bomb", "application/json-patch+json", "[" + copies + "]");
    }

    private void aliasesOfAliases() throws IOException, InterruptedException {
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            var alias = "*a" + (i - 1);
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, String.join(",", List.of(alias, alias, alias, alias, alias, alias, alias, alias, alias))));
        }
        send("POST", CONFIG_MAPS, "application/yaml", bomb.toString());
    }

    private void deepNesting() throws IOException, InterruptedException {
        send("POST", CONFIG_MAPS, "application/json", "{\"data\":" + "[".repeat(100_000));
    }

    private void listEverything() throws IOException, InterruptedException {
        send("GET", "/api/v1/events?labelSelector=a%21%3Db", "application/json", "");
        send("GET", "/openapi/v2", "application/json", "");
    }

    private void floodOfEvents() throws IOException, InterruptedException {
        for (int i = 0; i < 10; i++) {
            send("POST", "/api/v1/namespaces/hostile/events", "application/json", """
                    {"metadata":{"generateName":"flood-"},"involvedObject":{"kind":"Pod","namespace":"hostile","name":"p"},"reason":"Flood","message":"%s"}
                    """.formatted("m".repeat(900)));
        }
    }

    private void hugeObject() throws IOException, InterruptedException {
        send("POST", CONFIG_MAPS, "application/json", "{\"metadata\":{\"generateName\":\"huge-\"},\"data\":{\"a\":\"" + "x".repeat(2_900_000) + "\"}}");
    }

    private SSLSocket connect(String protocol) throws IOException {
        var socket = (SSLSocket) anonymous.getSocketFactory().createSocket(server.getHost(), server.getPort());
        socket.setSoTimeout(20_000);
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private void halfAHead() throws IOException, InterruptedException {
        try (var socket = connect("http/1.1")) {
            drip(socket.getOutputStream(), "GET /api/v1/pods HTTP/1.1\r\nHost: a\r\nX-Slow: ");
        }
    }

    private void halfABody() throws IOException, InterruptedException {
        try (var socket = connect("http/1.1")) {
            drip(socket.getOutputStream(), "POST " + CONFIG_MAPS + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 3000000\r\n\r\n{");
        }
    }

    private void drip(OutputStream out, String begin) throws IOException, InterruptedException {
        out.write(begin.getBytes(StandardCharsets.US_ASCII));
        while (System.nanoTime() < end) {
            out.write('x');
            out.flush();
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    private void pingFlood() throws IOException, InterruptedException {
        try (var socket = connect("h2")) {
            var out = socket.getOutputStream();
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
            var pings = new byte[17 * 500];
            for (int i = 0; i < 500; i++) {
                System.arraycopy(new byte[] {0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}, 0, pings, 17 * i, 17);
            }
            while (System.nanoTime() < end) {
                out.write(pings);
                out.flush();
                TimeUnit.NANOSECONDS.sleep(PACE_NANOS);
            }
        }
    }

    /// Each of these clients keeps 200 watches open and reads none of them.
    private void watches() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(server.resolve("/api/v1/events?watch=true")).build();
        var client = HttpClient.newBuilder().sslContext(config.sslContext()).build();
        try {
            for (int i = 0; i < 200 && System.nanoTime() < end; i++) {
                client.sendAsync(request, BodyHandlers.ofInputStream());
                TimeUnit.MILLISECONDS.sleep(5);
            }
            TimeUnit.NANOSECONDS.sleep(Math.max(0, end - System.nanoTime()));
        } finally {
            client.shutdownNow();
        }
    }
}
