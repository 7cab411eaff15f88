package io.moka.conformance.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.moka.machinery.pki.TlsIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A client of the API. Tests write bodies as YAML; the client sends JSON, or with `-Dmoka.wire=protobuf` the binary form if the kind has one.
final class Api {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final int port;
    private final HttpClient http;
    private final @Nullable String token;
    private final BinaryForm binary = new BinaryForm(path -> send(request(path).setHeader("Accept", "application/json")).json());

    Api(int port, byte[] authority, @Nullable TlsIdentity identity, @Nullable String token) {
        this.port = port;
        this.token = token;
        try {
            http = HttpClient.newBuilder().sslContext(TlsIdentity.clientContext(authority, identity)).connectTimeout(PATIENCE).build();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    HttpRequest.Builder request(String path) {
        var builder = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path)).timeout(PATIENCE);
        if (BinaryForm.WANTED) {
            builder.header("Accept", BinaryForm.MEDIA_TYPE + ",application/json");
        }
        return token == null ? builder : builder.header("Authorization", "Bearer " + token);
    }

    Answer send(HttpRequest.Builder request) {
        HttpRequest sent = request.build();
        HttpResponse<byte[]> response = exchange(sent, BodyHandlers.ofByteArray());
        boolean decodes = response.headers().firstValue("Content-Type").orElse("").startsWith(BinaryForm.MEDIA_TYPE);
        String body = decodes ? BinaryForm.decode(response.body()) : new String(response.body(), StandardCharsets.UTF_8);
        return new Answer(sent.method() + " " + sent.uri().getPath(), response.statusCode(), body, response.headers());
    }

    Answer send(String method, String path, String contentType, String body) {
        if (BinaryForm.WANTED && contentType.equals("application/json") && !method.equals("DELETE")) {
            var encoded = binary.encode(path, body);
            if (encoded.isPresent()) {
                return send(request(path).header("Content-Type", BinaryForm.MEDIA_TYPE).method(method, BodyPublishers.ofByteArray(encoded.get())));
            }
        }
        return send(request(path).header("Content-Type", contentType).method(method, BodyPublishers.ofString(body, StandardCharsets.UTF_8)));
    }

    Answer get(String path) {
        return send(request(path));
    }

    Answer get(String path, String accept) {
        return send(request(path).setHeader("Accept", accept));
    }

    Answer post(String path, String yaml) {
        return send("POST", path, "application/json", json(yaml));
    }

    Answer post(String path, JsonNode body) {
        return send("POST", path, "application/json", body.toString());
    }

    Answer put(String path, JsonNode body) {
        return send("PUT", path, "application/json", body.toString());
    }

    Answer merge(String path, String yaml) {
        return send("PATCH", path, "application/merge-patch+json", json(yaml));
    }

    Answer strategic(String path, String yaml) {
        return send("PATCH", path, "application/strategic-merge-patch+json", json(yaml));
    }

    Answer jsonPatch(String path, String yaml) {
        return send("PATCH", path, "application/json-patch+json", json(yaml));
    }

    Answer apply(String path, String yaml) {
        return send("PATCH", path, "application/apply-patch+yaml", yaml);
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    Answer delete(String path, String optionsYaml) {
        return send("DELETE", path, "application/json", json(optionsYaml));
    }

    /// Makes a namespace that no other test uses, and waits for its default service account.
    ///
    /// @return its path
    String namespace(String prefix) {
        String name = post("/api/v1/namespaces", "metadata: {generateName: " + prefix + "-}").expect(201).text("metadata", "name");
        String path = "/api/v1/namespaces/" + name;
        Eventually.holds(name + " has a service account", () -> get(path + "/serviceaccounts/default").code() == 200);
        return path;
    }

    /// Reads, changes and writes an object, and tries again on a conflict.
    Answer update(String path, java.util.function.Consumer<ObjectNode> change) {
        return update(path, path, change);
    }

    /// As above, but reads the object at one path and writes it at another.
    Answer update(String readPath, String writePath, java.util.function.Consumer<ObjectNode> change) {
        while (true) {
            ObjectNode object = get(readPath).expect(200).object();
            change.accept(object);
            Answer answer = put(writePath, object);
            if (answer.code() != 409) {
                return answer.expect(200);
            }
        }
    }

    /// Opens a watch, whose events are then read one after the other.
    Watch watch(String path) {
        var response = exchange(request(path).setHeader("Accept", "application/json").build(), BodyHandlers.ofInputStream());
        var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        if (response.statusCode() != 200) {
            throw new AssertionError(path + ": " + response.statusCode() + " " + lines.lines().toList());
        }
        return new Watch(lines);
    }

    private <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    static String json(String yaml) {
        return yaml(yaml).toString();
    }

    static JsonNode yaml(String yaml) {
        try {
            return YAML.readTree(yaml);
        } catch (IOException malformed) {
            throw new UncheckedIOException(yaml, malformed);
        }
    }
}
