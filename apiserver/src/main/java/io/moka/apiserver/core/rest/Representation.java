package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.protobuf.ProtobufDecoder;
import io.moka.apiserver.core.protobuf.ProtobufEncoder;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.CachedObject;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// The form of an answer that a client asks for in its Accept header.
public sealed interface Representation {
    byte[] PARTIAL_HEAD = "{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":".getBytes(UTF_8);

    /// The stored bytes, unchanged.
    record Plain() implements Representation {}

    record Yaml() implements Representation {}

    /// Kubernetes' binary form, only for a client that does not accept JSON: for one that accepts both, the stored bytes need not be parsed.
    record Binary() implements Representation {}

    /// A table with the columns that kubectl shows.
    record AsTable(IncludeObject policy) implements Representation {}

    /// The objects' metadata alone.
    record AsMetadata() implements Representation {}

    /// Returns the first supported form in the header; the binary form only if there is no other. A watch cannot be YAML.
    static Representation of(Exchange exchange) {
        String accept = exchange.accept();
        if (accept.isEmpty() || accept.equals("application/json") || accept.equals("*/*")) {
            return new Plain();
        }
        boolean binary = false;
        for (String choice : accept.split(",")) {
            String[] parts = choice.trim().split(";", -1);
            Map<String, String> parameters = parameters(parts);
            String as = parameters.getOrDefault("as", "");
            boolean current = parameters.getOrDefault("v", "v1").equals("v1");
            switch (parts[0].trim()) {
                case "application/json", "application/*", "*/*" -> {
                    switch (as) {
                        case "" -> {
                            return new Plain();
                        }
                        case "Table" -> {
                            if (current) {
                                return new AsTable(policy(exchange));
                            }
                        }
                        case "PartialObjectMetadata", "PartialObjectMetadataList" -> {
                            if (current) {
                                return new AsMetadata();
                            }
                        }
                        default -> { }
                    }
                }
                case ProtobufDecoder.MEDIA_TYPE -> binary |= as.isEmpty();
                case "application/yaml" -> {
                    if (as.isEmpty()) {
                        return new Yaml();
                    }
                }
                default -> { }
            }
        }
        if (binary) {
            return new Binary();
        }
        throw notAcceptable();
    }

    /// Refuses a request for a table or metadata where there is no other form than the whole object.
    static void requireWhole(Exchange exchange) {
        if (of(exchange) instanceof AsTable || of(exchange) instanceof AsMetadata) {
            throw notAcceptable();
        }
    }

    private static ApiException notAcceptable() {
        return ApiException.notAcceptable("application/json, application/yaml, application/vnd.kubernetes.protobuf");
    }

    /// Returns an object in the binary form.
    ///
    /// @throws ApiException 406 when its kind has none
    static byte[] binary(ObjectNode object) {
        return ProtobufEncoder.encode(object).orElseThrow(() -> ApiException.notAcceptable("application/json, application/yaml"));
    }

    private static IncludeObject policy(Exchange exchange) {
        try {
            return IncludeObject.parse(exchange.query().get("includeObject"));
        } catch (IllegalArgumentException unknown) {
            throw ApiException.badRequest(String.valueOf(unknown.getMessage()));
        }
    }

    private static Map<String, String> parameters(String[] parts) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals > 0) {
                parameters.put(parts[i].substring(0, equals).trim(), parts[i].substring(equals + 1).trim());
            }
        }
        return parameters;
    }

    /// Returns the metadata of a stored object: a part of its bytes, which are not parsed.
    static byte[] metadataOnly(CachedObject object) {
        byte[] metadata = object.metadata();
        if (metadata == null) {
            return Json.write(metadataOnly(Json.read(object.json())));
        }
        byte[] whole = Arrays.copyOf(PARTIAL_HEAD, PARTIAL_HEAD.length + metadata.length + 1);
        System.arraycopy(metadata, 0, whole, PARTIAL_HEAD.length, metadata.length);
        whole[whole.length - 1] = '}';
        return whole;
    }

    /// Returns an object's metadata as a PartialObjectMetadata.
    static ObjectNode metadataOnly(ObjectNode object) {
        ObjectNode partial = Json.object().put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
        partial.set("metadata", object.path("metadata"));
        return partial;
    }

    /// Returns a stored object as clients of the type see it.
    static ObjectNode tree(ResourceType type, byte[] json) {
        return StoredForms.show(type, Json.read(json));
    }

    /// Holds the YAML mapper, created on first use.
    final class YamlWriter {
        private static final ObjectMapper MAPPER = new ObjectMapper(YAMLFactory.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER).enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS).build());

        private YamlWriter() {}

        static byte[] write(ObjectNode object) {
            try {
                return MAPPER.writeValueAsBytes(object);
            } catch (JsonProcessingException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }
    }
}
