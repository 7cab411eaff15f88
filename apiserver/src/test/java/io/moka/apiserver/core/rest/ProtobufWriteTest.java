package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedInputStream;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.protobuf.ProtobufDecoder;
import io.moka.apiserver.core.protobuf.ProtobufEncoder;
import io.moka.apiserver.testing.FuzzCases;
import io.moka.apiserver.testing.TestServer;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Objects that come in the binary form are stored and compared as if they had come as JSON.
final class ProtobufWriteTest extends ServerTest {
    private static final List<String> SERVER_SET = List.of("name", "uid", "resourceVersion", "creationTimestamp", "managedFields", "namespace");

    /// Good objects by collection.
    private static Map<String, String> objects(String namespace) {
        Map<String, String> objects = new LinkedHashMap<>(new FuzzCases(new Random(1), namespace).victims());
        objects.put("/apis/scheduling.k8s.io/v1/priorityclasses", "{\"value\":1000,\"description\":\"d\"}");
        objects.put("/apis/storage.k8s.io/v1/storageclasses", "{\"provisioner\":\"example.com/p\"}");
        objects.put("/apis/node.k8s.io/v1/runtimeclasses", "{\"handler\":\"h\"}");
        objects.put("/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas", "{\"spec\":{\"matchingPrecedence\":9000,\"priorityLevelConfiguration\":{\"name\":\"global-default\"},"
                + "\"rules\":[{\"subjects\":[{\"kind\":\"User\",\"user\":{\"name\":\"x\"}}],\"resourceRules\":[{\"verbs\":[\"get\"],\"apiGroups\":[\"\"],\"resources\":[\"pods\"],\"namespaces\":[\"*\"]}]}]}}");
        String hook = "{\"webhooks\":[{\"name\":\"a.example.com\",\"clientConfig\":{\"service\":{\"namespace\":\"n\",\"name\":\"s\",\"path\":\"/p\"}},\"sideEffects\":\"None\",\"admissionReviewVersions\":[\"v1\"],"
                + "\"rules\":[{\"operations\":[\"CREATE\"],\"apiGroups\":[\"example.com\"],\"apiVersions\":[\"v1\"],\"resources\":[\"nothings\"]}]}]}";
        objects.put("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations", hook);
        objects.put("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", hook);
        objects.put("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies", "{\"spec\":{\"matchConstraints\":{\"resourceRules\":[{\"operations\":[\"CREATE\"],\"apiGroups\":[\"example.com\"],"
                + "\"apiVersions\":[\"v1\"],\"resources\":[\"nothings\"]}]},\"variables\":[{\"name\":\"v\",\"expression\":\"1\"}],\"validations\":[{\"expression\":\"true\",\"message\":\"m\"}]}}");
        objects.put("/apis/networking.k8s.io/v1/ingressclasses", "{\"spec\":{\"controller\":\"example.com/c\",\"parameters\":{\"apiGroup\":\"example.com\",\"kind\":\"K\",\"name\":\"n\"}}}");
        objects.put("/apis/autoscaling/v2/namespaces/" + namespace + "/horizontalpodautoscalers", "{\"spec\":{\"maxReplicas\":3,\"scaleTargetRef\":{\"kind\":\"Deployment\",\"name\":\"d\",\"apiVersion\":\"apps/v1\"},"
                + "\"metrics\":[{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"target\":{\"type\":\"Utilization\",\"averageUtilization\":50}}}]}}");
        return objects;
    }

    private static ObjectNode named(String json, String name, String apiVersion, String kind) throws Exception {
        ObjectNode object = (ObjectNode) Json.MAPPER.readTree(json);
        Json.metadata(object).put("name", name);
        return object.put("apiVersion", apiVersion).put("kind", kind);
    }

    private TestServer.Answer binary(String method, String path, ObjectNode object) {
        return admin().send(admin().request(path).header("Content-Type", ProtobufDecoder.MEDIA_TYPE)
                .method(method, BodyPublishers.ofByteArray(ProtobufEncoder.encode(object).orElseThrow())));
    }

    /// The object without what differs in each: names, addresses and the like.
    private static ObjectNode without(ObjectNode object) throws IOException {
        ObjectNode copy = (ObjectNode) Json.MAPPER.readTree(object.toString().replaceAll("\"10\\.\\d+\\.\\d+\\.\\d+\"", "\"IP\"").replaceAll("kube-api-access-\\w+", "token"));
        Json.metadata(copy).remove(SERVER_SET);
        return copy;
    }

    @TestFactory
    List<DynamicTest> eachKindIsStoredTheSameAndLeftAloneByANoOpUpdate() {
        server.namespace("binary");
        return objects("binary").entrySet().stream().map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> check(entry.getKey(), entry.getValue()))).toList();
    }

    private void check(String collection, String json) throws Exception {
        ObjectNode list = admin().get(collection).object();
        String kind = list.path("kind").asText().replaceFirst("List$", "");
        String apiVersion = list.path("apiVersion").asText();
        TestServer.Answer asJson = admin().post(collection, named(json, "over-json", apiVersion, kind).toString());
        assertEquals(201, asJson.code(), asJson.body());
        TestServer.Answer asBinary = binary("POST", collection, named(json, "over-binary", apiVersion, kind));
        assertEquals(201, asBinary.code(), asBinary.body());
        assertEquals(without(asJson.object()), without(asBinary.object()));

        for (String name : List.of("over-json", "over-binary")) {
            if (kind.equals("FlowSchema")) {
                TestServer.await("flow control has written its condition", () -> admin().get(collection + "/" + name).json().at("/status/conditions").size() > 0);
            }
            ObjectNode stored = admin().get(collection + "/" + name).object();
            TestServer.Answer same = binary("PUT", collection + "/" + name, stored);
            assertEquals(200, same.code(), same.body());
            assertEquals(stored.path("metadata").path("resourceVersion"), same.object().path("metadata").path("resourceVersion"), kind + " was written though nothing changed");
            // labels of a slice count as its content
            Json.metadata(stored).putObject(kind.equals("EndpointSlice") ? "annotations" : "labels").put("changed", "yes");
            TestServer.Answer labelled = binary("PUT", collection + "/" + name, stored);
            assertEquals(200, labelled.code(), labelled.body());
            assertEquals(stored.path("metadata").path("generation"), labelled.object().path("metadata").path("generation"));
        }
    }

    @Test
    void aClientThatTakesNothingElseIsAnsweredInTheBinaryForm() throws Exception {
        server.namespace("binary-answers");
        String maps = "/api/v1/namespaces/binary-answers/configmaps";
        admin().post(maps, "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"v\"}}");
        for (String path : List.of(maps, maps + "/a")) {
            ObjectNode json = admin().get(path).object();
            byte[] body = bytes(path);
            assertEquals("k8s\0", new String(body, 0, 4, UTF_8));
            ObjectNode decoded = ProtobufDecoder.decode(body);
            decoded.path("items").forEach(item -> ((ObjectNode) item).put("kind", "ConfigMap").put("apiVersion", "v1"));
            if (json.has("items")) {
                // a list has the store's revision, which grows with what the server itself writes
                Stream.of(json, decoded).forEach(list -> list.withObject("metadata").remove("resourceVersion"));
            }
            assertEquals(json, decoded);
        }
        var watch = admin().send(admin().request(maps + "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true")
                .header("Accept", ProtobufDecoder.MEDIA_TYPE), BodyHandlers.ofInputStream());
        assertEquals("application/vnd.kubernetes.protobuf;stream=watch", watch.headers().firstValue("Content-Type").orElse(""));
        try (var frames = new DataInputStream(watch.body())) {
            assertEquals("a", Json.name(event(frames, "ADDED")));
            assertEquals("true", Json.text(event(frames, "BOOKMARK"), "metadata", "annotations", "k8s.io/initial-events-end"));
        }
    }

    /// The object of the next event, which is to be of a type.
    private static ObjectNode event(DataInputStream frames, String type) throws IOException {
        CodedInputStream event = CodedInputStream.newInstance(frames.readNBytes(frames.readInt()));
        event.readTag();
        assertEquals(type, event.readString());
        event.readTag();
        CodedInputStream raw = CodedInputStream.newInstance(event.readByteArray());
        raw.readTag();
        return ProtobufDecoder.decode(raw.readByteArray());
    }

    private byte[] bytes(String path) {
        return admin().send(admin().request(path).header("Accept", ProtobufDecoder.MEDIA_TYPE), BodyHandlers.ofByteArray()).body();
    }
}
