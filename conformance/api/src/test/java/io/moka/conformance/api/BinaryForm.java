package io.moka.conformance.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.protobuf.ProtobufDecoder;
import io.moka.apiserver.core.protobuf.ProtobufEncoder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// Translates bodies between JSON, in which the tests are written, and protobuf, which Go clients send. Used with `-Dmoka.wire=protobuf`.
///
/// The kind of a body is the one that discovery lists for its path. Kinds without a binary form, lists of patches and custom resources stay JSON.
final class BinaryForm {
    static final String MEDIA_TYPE = ProtobufDecoder.MEDIA_TYPE;
    static final boolean WANTED = "protobuf".equals(System.getProperty("moka.wire"));

    private record Kind(String apiVersion, String name) {
    }

    private final Function<String, JsonNode> discovery;
    private final Map<String, Optional<Kind>> kinds = new ConcurrentHashMap<>();

    /// @param discovery the JSON document at a path such as `/apis/apps/v1`
    BinaryForm(Function<String, JsonNode> discovery) {
        this.discovery = discovery;
    }

    /// The body in its binary form; empty if it has none.
    Optional<byte[]> encode(String path, String json) {
        JsonNode body = Api.yaml(json);
        if (!(body instanceof ObjectNode object)) {
            return Optional.empty();
        }
        Optional<Kind> kind = kindOf(path);
        if (kind.isEmpty()) {
            return Optional.empty();
        }
        boolean named = object.has("apiVersion") || object.has("kind");
        if (named && !(object.path("apiVersion").asText().equals(kind.get().apiVersion) && object.path("kind").asText().equals(kind.get().name))) {
            return Optional.empty();
        }
        return ProtobufEncoder.encode(object.put("apiVersion", kind.get().apiVersion).put("kind", kind.get().name));
    }

    static String decode(byte[] body) {
        return ProtobufDecoder.decode(body).toString();
    }

    private Optional<Kind> kindOf(String path) {
        List<String> steps = Arrays.stream(path.replaceFirst("\\?.*", "").split("/")).skip(1).toList();
        int root = steps.getFirst().equals("api") ? 2 : 3;
        String groupVersion = "/" + String.join("/", steps.subList(0, root));
        List<String> rest = steps.subList(root, steps.size());
        // `namespaces/n` alone is the namespace itself, and so is its status
        if (rest.size() > 2 && rest.getFirst().equals("namespaces") && !List.of("status", "finalize").contains(rest.get(2))) {
            rest = rest.subList(2, rest.size());
        }
        String resource = rest.getFirst() + (rest.size() > 2 ? "/" + String.join("/", rest.subList(2, rest.size())) : "");
        return kinds.computeIfAbsent(groupVersion + " " + resource, key -> find(groupVersion, resource));
    }

    private Optional<Kind> find(String groupVersion, String resource) {
        JsonNode document = discovery.apply(groupVersion);
        for (JsonNode entry : document.path("resources")) {
            if (entry.path("name").asText().equals(resource)) {
                String group = entry.path("group").asText();
                String version = entry.path("version").asText();
                String apiVersion = version.isEmpty() ? document.path("groupVersion").asText() : group.isEmpty() ? version : group + "/" + version;
                return Optional.of(new Kind(apiVersion, entry.path("kind").asText()));
            }
        }
        return Optional.empty();
    }
}
