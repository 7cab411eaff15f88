package io.moka.conformance.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A kind of `kinds.yaml`; the fields are explained there.
record Kind(JsonNode row) {

    static List<Kind> all() {
        try (var text = Objects.requireNonNull(Kind.class.getResourceAsStream("kinds.yaml"))) {
            List<Kind> kinds = new ArrayList<>();
            Api.yaml(new String(text.readAllBytes(), StandardCharsets.UTF_8)).forEach(row -> kinds.add(new Kind(row)));
            return kinds;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    String version() {
        return row.path("version").asText();
    }

    String plural() {
        return row.path("plural").asText();
    }

    String name() {
        return row.path("kind").asText();
    }

    boolean namespaced() {
        return row.path("namespaced").asBoolean();
    }

    boolean hasStatus() {
        return row.has("status");
    }

    JsonNode status() {
        return row.path("status");
    }

    /// Numbers and booleans of the manifest's spec; the server keeps their values, while it may write others in another form.
    JsonNode wishes() {
        ObjectNode wishes = Api.JSON.createObjectNode();
        row.path("manifest").path("spec").properties().stream().filter(field -> field.getValue().isNumber() || field.getValue().isBoolean())
                .forEach(field -> wishes.set(field.getKey(), field.getValue()));
        return wishes;
    }

    boolean statusWriterMayLabel() {
        return row.path("metadata").asBoolean(true);
    }

    /// Whether the kind supports `deletecollection`.
    boolean hasDeleteCollection() {
        return !row.path("collectionStays").asBoolean();
    }

    /// Returns the path of the version's discovery document.
    String root() {
        return (version().contains("/") ? "/apis/" : "/api/") + version();
    }

    /// Returns the path of the collection in a namespace, or in the cluster.
    String collection(String namespace) {
        return root() + (namespaced() ? "/namespaces/" + namespace : "") + "/" + plural();
    }

    /// Returns an object with the label `e2e` and a name that starts with the label's value, as a client in Go sends it.
    ObjectNode manifest(String namespace, String label, int number) {
        String text = row.path("manifest").toString().replace("$namespace", namespace).replace("$label", label + number).replace("$request", SigningRequests.ENCODED);
        ObjectNode object = (ObjectNode) Api.yaml(text);
        object.put("apiVersion", version()).put("kind", name());
        String name = row.path("name").asText(label + "-" + number).replace("$label", label + number);
        object.putObject("metadata").put("name", name).putNull("creationTimestamp").putObject("labels").put("e2e", label);
        return object;
    }

    @Override
    public String toString() {
        return version() + " " + plural();
    }
}
