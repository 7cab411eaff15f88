package io.moka.machinery.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.moka.machinery.pki.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// A kubeconfig file, read and changed as a tree, so that entries of other tools survive.
public final class Kubeconfig {

    private static final YAMLMapper YAML = new YAMLMapper();

    private final ObjectNode root;
    private final @Nullable Path folder;

    private Kubeconfig(ObjectNode root, @Nullable Path folder) {
        this.root = root;
        this.folder = folder;
    }

    /// The settings of a context, with files and base64 data already read.
    public record Context(String server, String namespace, byte @Nullable [] certificateAuthority, byte @Nullable [] clientCertificate,
            byte @Nullable [] clientKey, @Nullable String token) {
    }

    public static Kubeconfig read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException("no kubeconfig at " + file);
        }
        return YAML.readTree(file.toFile()) instanceof ObjectNode root
                ? new Kubeconfig(root, file.toAbsolutePath().getParent())
                : new Kubeconfig(empty(), file.toAbsolutePath().getParent());
    }

    public static Kubeconfig create() {
        return new Kubeconfig(empty(), null);
    }

    private static ObjectNode empty() {
        var root = YAML.createObjectNode().put("apiVersion", "v1").put("kind", "Config");
        root.putArray("clusters");
        root.putArray("users");
        root.putArray("contexts");
        return root.put("current-context", "");
    }

    public ObjectNode tree() {
        return root;
    }

    public String currentContext() {
        return root.path("current-context").asText("");
    }

    public void useContext(String name) {
        root.put("current-context", name);
    }

    /// Adds or replaces the cluster, user and context of one name.
    public void put(String name, String server, byte[] certificateAuthority, byte[] clientCertificate, byte[] clientKey) {
        var cluster = named("clusters", name).putObject("cluster");
        cluster.put("server", server).put("certificate-authority-data", encode(certificateAuthority));
        var user = named("users", name).putObject("user");
        user.put("client-certificate-data", encode(clientCertificate)).put("client-key-data", encode(clientKey));
        named("contexts", name).putObject("context").put("cluster", name).put("user", name);
    }

    /// Whether there is a context of this name.
    public boolean has(String context) {
        for (var entry : root.path("contexts")) {
            if (entry.path("name").asText().equals(context)) {
                return true;
            }
        }
        return false;
    }

    /// Removes the cluster, user and context of this name.
    public void remove(String name) {
        for (var section : new String[] {"clusters", "users", "contexts"}) {
            var entries = entries(section);
            for (int i = entries.size() - 1; i >= 0; i--) {
                if (entries.get(i).path("name").asText().equals(name)) {
                    entries.remove(i);
                }
            }
        }
        if (currentContext().equals(name)) {
            useContext("");
        }
    }

    /// Writes the file with mode 0600, in one move.
    public void write(Path file) throws IOException {
        PrivateFiles.write(file, YAML.writeValueAsBytes(root));
    }

    /// Returns the named context, or the current one when the name is null.
    public Context context(@Nullable String wanted) throws IOException {
        var name = wanted == null ? currentContext() : wanted;
        var context = find("contexts", name, "context");
        var cluster = find("clusters", context.path("cluster").asText(), "cluster");
        var named = context.path("user").asText();
        JsonNode user = named.isEmpty() ? YAML.missingNode() : find("users", named, "user");
        var token = user.path("token").asText("");
        return new Context(cluster.path("server").asText().replaceAll("/+$", ""), context.path("namespace").asText("default"),
                data(cluster, "certificate-authority"), data(user, "client-certificate"), data(user, "client-key"),
                token.isEmpty() ? null : token);
    }

    private JsonNode find(String section, String name, String part) throws IOException {
        for (var entry : root.path(section)) {
            if (entry.path("name").asText().equals(name)) {
                return entry.path(part);
            }
        }
        throw new IOException(name.isEmpty() ? "the kubeconfig has no current context" : "the kubeconfig has no \"" + name + "\" among its " + section);
    }

    private byte @Nullable [] data(JsonNode node, String field) throws IOException {
        var inline = node.path(field + "-data").asText("");
        if (!inline.isEmpty()) {
            try {
                return Base64.getMimeDecoder().decode(inline);
            } catch (IllegalArgumentException e) {
                throw new IOException("the kubeconfig's " + field + "-data is not base64", e);
            }
        }
        var file = node.path(field).asText("");
        if (file.isEmpty()) {
            return null;
        }
        return Files.readAllBytes(folder == null ? Path.of(file) : folder.resolve(file));
    }

    /// Returns a list of the file. Upstream's kubectl writes null for a list that has become empty.
    private ArrayNode entries(String section) {
        return root.get(section) instanceof ArrayNode array ? array : root.putArray(section);
    }

    private ObjectNode named(String section, String name) {
        var entries = entries(section);
        for (var entry : entries) {
            if (entry.path("name").asText().equals(name) && entry instanceof ObjectNode object) {
                return object;
            }
        }
        return entries.addObject().put("name", name);
    }

    private static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return new String(Json.bytes(root), StandardCharsets.UTF_8);
    }
}
