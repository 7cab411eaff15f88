package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.protobuf.ProtobufDecoder;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.status.ApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Reads request bodies: JSON, YAML or protobuf.
public final class BodyDecoder {
    static final String JSON = "application/json";
    static final String YAML = "application/yaml";

    /// Holds the YAML mapper, created when the first YAML body arrives.
    private static final class Yaml {
        static final ObjectMapper MAPPER = new ObjectMapper(YAMLFactory.builder().streamReadConstraints(Json.CONSTRAINTS).build());
    }

    private BodyDecoder() {}

    static String mediaType(Exchange exchange) {
        String header = exchange.header("Content-Type");
        int parameters = header.indexOf(';');
        return (parameters < 0 ? header : header.substring(0, parameters)).trim();
    }

    /// Returns the body, decoded by its media type, as an object.
    public static ObjectNode object(Exchange exchange) {
        return asObject(document(exchange).root());
    }

    /// Returns the body, decoded by its media type.
    static Document document(Exchange exchange) {
        return switch (mediaType(exchange)) {
            case "", JSON -> json(exchange.body());
            case YAML, "application/x-yaml", "text/yaml" -> yaml(exchange.body());
            case ProtobufDecoder.MEDIA_TYPE -> Document.of(ProtobufDecoder.decode(exchange.body()));
            default -> throw ApiException.unsupportedMediaType("the body of the request was in an unknown format - accepted media types include: "
                    + "application/json, application/yaml, application/vnd.kubernetes.protobuf");
        };
    }

    public static ObjectNode asObject(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw ApiException.badRequest("couldn't get version/kind; json parse error: json: cannot unmarshal "
                + goType(node) + " into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }");
    }

    private static String goType(JsonNode node) {
        return node.isArray() ? "array" : node.isTextual() ? "string" : node.isNumber() ? "number" : node.isBoolean() ? "bool" : "null";
    }

    static Document json(byte[] body) {
        try (JsonParser parser = Json.MAPPER.createParser(body)) {
            Document document = DocumentReader.read(parser);
            if (document.root().isMissingNode()) {
                throw ApiException.badRequest("unexpected end of JSON input");
            }
            return document;
        } catch (JsonProcessingException malformed) {
            throw ApiException.badRequest("couldn't get version/kind; json parse error: " + malformed.getOriginalMessage());
        } catch (IOException malformed) {
            throw ApiException.badRequest("couldn't get version/kind; json parse error: " + malformed.getMessage());
        }
    }

    static Document yaml(byte[] body) {
        try (JsonParser parser = Yaml.MAPPER.createParser(YamlAliases.resolve(new String(body, StandardCharsets.UTF_8)))) {
            return DocumentReader.read(parser);
        } catch (ApiException refused) {
            throw refused;
        } catch (IOException | RuntimeException malformed) {
            throw ApiException.badRequest("error converting YAML to JSON: yaml: " + String.valueOf(malformed.getMessage()).lines().findFirst().orElse(""));
        }
    }
}
