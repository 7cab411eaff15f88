package io.moka.bench;

import io.moka.machinery.client.ClientConfig;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// 32 clients as programs have them: the JDK's `HttpClient`, one each, over TLS, in a virtual machine of their own with the quick
/// compiler alone. [ColdCreates] starts it. A client that costs nothing would hide what a server costs that has just started.
///
/// Prints a line for each figure, `name value`, in calls a second: `puts` (into the bare etcd through its JSON gateway), `cold` (the
/// first creates that the apiserver is asked for), `warm` (creates after 20,000), or `gets` (the first gets).
final class PlainClients implements AutoCloseable {

    static final int CLIENTS = 32;
    private static final int WARM_UP = 6_000;
    private static final int PUTS = 6_000;
    private static final int VALUE_BYTES = 1_600;
    private static final int FIRST = 1_500;
    private static final int LATER = 20_000;
    private static final int LAST = 4_000;
    /// Objects that the creates leave.
    static final int CREATED = LATER + LAST;
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final URI server;
    private final BlockingQueue<HttpClient> idle = new ArrayBlockingQueue<>(CLIENTS);

    private PlainClients(URI server, SSLContext tls) {
        this.server = server;
        for (int i = 0; i < CLIENTS; i++) {
            idle.add(HttpClient.newBuilder().sslContext(tls).sslParameters(TlsIdentity.clientParameters(tls)).build());
        }
    }

    /// @param args `creates` or `gets`, the kubeconfig, the address of etcd, and the folder with the certificates for it
    public static void main(String[] args) throws Exception {
        if (args[0].equals("creates")) {
            puts(URI.create(args[2]), Path.of(args[3]));
        }
        var config = ClientConfig.load(Path.of(args[1]), null, "moka-bench");
        try (var apiserver = new PlainClients(URI.create(config.server()), config.sslContext())) {
            if (args[0].equals("creates")) {
                apiserver.creates();
            } else {
                apiserver.gets();
            }
        }
    }

    private static void puts(URI etcd, Path pki) throws Exception {
        var tls = TlsIdentity.clientContext(Files.readAllBytes(pki.resolve("etcd/ca.crt")),
                TlsIdentity.read(pki.resolve("apiserver-etcd-client.crt"), pki.resolve("apiserver-etcd-client.key")));
        var value = base64("x".repeat(VALUE_BYTES));
        try (var clients = new PlainClients(etcd, tls)) {
            Load.Call put = i -> clients.send("POST", "/v3/kv/put", ("{\"key\":\"" + base64("/plain/" + i) + "\",\"value\":\"" + value + "\"}").getBytes(StandardCharsets.UTF_8));
            Load.perSecond(CLIENTS, 0, WARM_UP, put);
            print("puts", Load.perSecond(CLIENTS, WARM_UP, PUTS, put));
            clients.send("POST", "/v3/kv/deleterange", ("{\"key\":\"" + base64("/plain/") + "\",\"range_end\":\"" + base64("/plain0") + "\"}").getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void creates() throws Exception {
        var pods = new PodObjects("plain");
        Load.Call create = i -> send("POST", pods.collection(), pods.body(i));
        print("cold", Load.perSecond(CLIENTS, 0, FIRST, create));
        Load.perSecond(CLIENTS, FIRST, LATER - FIRST, create);
        print("warm", Load.perSecond(CLIENTS, LATER, LAST, create));
    }

    /// Of the objects that [#creates()] has left.
    private void gets() throws Exception {
        var pods = new PodObjects("plain");
        print("gets", Load.perSecond(CLIENTS, 0, FIRST, i -> send("GET", pods.path(i), null)));
    }

    private static void print(String name, double perSecond) {
        System.out.println(name + " " + perSecond);
    }

    private void send(String method, String path, byte @Nullable [] body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(server.resolve(path)).timeout(TIMEOUT).header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body)).build();
        var client = idle.take();
        try {
            var answer = client.send(request, BodyHandlers.ofByteArray());
            if (answer.statusCode() >= 300) {
                throw new IOException(method + " " + path + " was answered with " + answer.statusCode() + ": " + new String(answer.body(), StandardCharsets.UTF_8));
            }
        } finally {
            idle.add(client);
        }
    }

    @Override
    public void close() {
        idle.forEach(HttpClient::shutdownNow);
    }
}
