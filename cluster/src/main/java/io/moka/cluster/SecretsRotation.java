package io.moka.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/// Replaces the key for the secrets in etcd: puts the new key before the old one, writes every secret again, and drops the old key.
///
/// The rotation can be interrupted at any point: while there are two keys both decrypt, and the next rotation finishes an interrupted one. The old key is
/// dropped only when etcd itself shows, twice in a row, that no secret is encrypted with it and that the apiserver encrypts with the new one.
final class SecretsRotation implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String FOLDER = "/registry/secrets/";
    private static final String SECRETS = "/api/v1/namespaces/kube-system/secrets";
    private static final String PROBE = "moka-key-rotation";
    private static final int PAGE = 100;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final EncryptionKeys keys;
    private final HttpClient apiserver;
    private final HttpClient etcd;
    private final URI apiserverAt;
    private final URI etcdAt;

    SecretsRotation(Layout layout, Settings settings, EncryptionKeys keys) throws IOException {
        this.keys = keys;
        var pki = layout.pki();
        apiserver = client(TlsIdentity.clientContext(Files.readAllBytes(pki.resolve("ca.crt")), TlsIdentity.read(pki.resolve("admin.crt"), pki.resolve("admin.key"))));
        etcd = client(TlsIdentity.clientContext(Files.readAllBytes(pki.resolve("etcd/ca.crt")),
                TlsIdentity.read(pki.resolve("apiserver-etcd-client.crt"), pki.resolve("apiserver-etcd-client.key"))));
        apiserverAt = URI.create("https://127.0.0.1:" + settings.ports().apiserver());
        etcdAt = URI.create("https://127.0.0.1:" + settings.ports().etcd() + "/v3/kv/range");
    }

    private static HttpClient client(SSLContext context) {
        return HttpClient.newBuilder().sslContext(context).sslParameters(TlsIdentity.clientParameters(context)).connectTimeout(Duration.ofSeconds(5)).version(HttpClient.Version.HTTP_1_1).build();
    }

    /// Returns how many secrets were written again.
    int run() throws IOException, InterruptedException {
        var prefix = (EncryptionKeys.PREFIX + keys.begin().newest().name() + ":").getBytes(UTF_8);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        int written = 0;
        requireMade(call("POST", SECRETS, ("{\"metadata\":{\"name\":\"" + PROBE + "\"}}").getBytes(UTF_8)));
        for (int clean = 0; clean < 2;) {
            var old = old(prefix);
            for (var path : old) {
                written += rewrite(path) && !path.endsWith("/" + PROBE) ? 1 : 0;
            }
            clean = old.isEmpty() ? clean + 1 : 0;
            if (System.nanoTime() > deadline) {
                throw new ClusterException(old.size() + " secrets are not encrypted with the new key after " + PATIENCE.toMinutes() + " minutes; both keys stay, run it again");
            }
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        }
        keys.finish();
        call("DELETE", SECRETS + "/" + PROBE, new byte[0]);
        return written;
    }

    private static void requireMade(HttpResponse<byte[]> answer) {
        if (answer.statusCode() != 201 && answer.statusCode() != 409) {
            throw new ClusterException("the apiserver refuses: " + new String(answer.body(), UTF_8));
        }
    }

    /// The paths of the secrets whose bytes in etcd do not begin so.
    private List<String> old(byte[] prefix) throws IOException, InterruptedException {
        var old = new ArrayList<String>();
        var from = FOLDER.getBytes(UTF_8);
        var end = Arrays.copyOf(from, from.length);
        end[end.length - 1]++;
        while (true) {
            var question = JSON.createObjectNode().put("key", base64(from)).put("range_end", base64(end)).put("limit", PAGE);
            var request = HttpRequest.newBuilder(etcdAt).timeout(Duration.ofSeconds(30)).POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(question))).build();
            var answer = etcd.send(request, BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new ClusterException("etcd refuses: " + new String(answer.body(), UTF_8));
            }
            JsonNode page = JSON.readTree(answer.body());
            for (JsonNode entry : page.path("kvs")) {
                var key = Base64.getDecoder().decode(entry.path("key").asText());
                var value = Base64.getDecoder().decode(entry.path("value").asText());
                if (!Arrays.equals(value, 0, Math.min(prefix.length, value.length), prefix, 0, prefix.length)) {
                    var name = new String(key, UTF_8).substring(FOLDER.length()).split("/");
                    old.add("/api/v1/namespaces/" + name[0] + "/secrets/" + name[1]);
                }
                from = Arrays.copyOf(key, key.length + 1);
            }
            if (!page.path("more").asBoolean()) {
                return old;
            }
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /// Writes a secret as it is: the apiserver does so when only its key is old. One that was changed or deleted meanwhile is looked at again in the next round.
    private boolean rewrite(String path) throws IOException, InterruptedException {
        var read = call("GET", path, new byte[0]);
        if (read.statusCode() == 404) {
            return false;
        }
        var answer = read.statusCode() == 200 ? call("PUT", path, read.body()) : read;
        if (answer.statusCode() / 100 == 2) {
            return true;
        }
        if (answer.statusCode() == 409 || answer.statusCode() == 404 || answer.statusCode() == 429 || answer.statusCode() >= 500) {
            return false;
        }
        throw new ClusterException("cannot write " + path + " again: " + new String(answer.body(), UTF_8) + "; both keys stay");
    }

    private HttpResponse<byte[]> call(String method, String path, byte[] body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(apiserverAt.resolve(path)).timeout(Duration.ofSeconds(30)).header("Content-Type", "application/json").header("User-Agent", "moka-secrets");
        return apiserver.send(request.method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofByteArray());
    }

    @Override
    public void close() {
        apiserver.shutdownNow();
        etcd.shutdownNow();
    }
}
