package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.protobuf.CodedInputStream;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.protobuf.ProtobufDecoder;
import io.moka.apiserver.core.protobuf.ProtobufEncoder;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.schema.SchemaRegistry;
import io.moka.apiserver.testing.EtcdProcess;
import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import io.moka.machinery.pki.TlsIdentity;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Objects that come in the binary form are stored and compared as if they had come as JSON: one server gets each object of `objects.yaml` as JSON, another
/// gets the same in the binary form.
final class ProtobufWriteTest extends ServerTest {
    private static final ObjectMapper SORTED = JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();
    private static final List<String> WIRES = List.of("application/json", ProtobufDecoder.MEDIA_TYPE);
    /// What the server itself writes into a new object soon after its creation, by kind.
    private static final Map<String, String> WRITTEN_LATER = Map.of("CustomResourceDefinition", "/status/conditions/1", "APIService", "/status/conditions/0",
            "FlowSchema", "/status/conditions/0", "ValidatingAdmissionPolicy", "/status/observedGeneration");
    private static List<Side> sides = List.of();

    /// A server and a caller of it. Both callers have one certificate, since a certificate signing request keeps its identity.
    private record Side(TestServer server, TestServer.Caller caller) {
        TestServer.Answer send(String method, String path, String wire, ObjectNode object) {
            byte[] body = wire.equals(ProtobufDecoder.MEDIA_TYPE) ? ProtobufEncoder.encode(object).orElseThrow() : Json.write(object);
            return caller.send(caller.request(path).header("Content-Type", wire).method(method, BodyPublishers.ofByteArray(body)));
        }
    }

    /// Each has an etcd of its own: with one, each read would wait for the revisions of the other's writes, which do not come through its watch.
    @BeforeAll
    static void startSides() {
        TlsIdentity identity = TestPki.shared().client("admin", "system:masters");
        sides = Stream.of(server, TestServer.startOn(EtcdProcess.start())).map(each -> new Side(each, each.as(identity))).toList();
    }

    @AfterAll
    static void stopOther() throws Exception {
        sides.getLast().server().close();
    }

    /// An object of the table with its type.
    private record Sample(ResourceType type, ObjectNode object) {
        String collection() {
            return (type.group().isEmpty() ? "/api/" : "/apis/") + type.groupVersion() + (type.namespaced() ? "/namespaces/full/" : "/") + type.plural();
        }

        String path() {
            return collection() + "/" + Json.name(object);
        }

        String key() {
            return "/" + type.keySegment() + (type.namespaced() ? "/full/" : "/") + Json.name(object);
        }
    }

    private static List<Sample> samples() throws IOException {
        List<Sample> samples = new ArrayList<>();
        Catalog catalog = Catalog.builtin();
        String authority = Base64.getEncoder().encodeToString(TestPki.shared().authorityPem());
        try (InputStream table = Objects.requireNonNull(ProtobufWriteTest.class.getResourceAsStream("objects.yaml"))) {
            String text = new String(table.readAllBytes(), UTF_8).replace("$authority", authority).replace("$request", CertificateRequestTest.pem("CN=full.example.com", null));
            // through the text of JSON, so that numbers are of the classes that the parser of bodies makes
            for (JsonNode object : new YAMLMapper().readerFor(JsonNode.class).<JsonNode>readValues(text).readAll()) {
                ObjectNode sample = (ObjectNode) Json.MAPPER.readTree(object.toString());
                GroupVersionKind kind = GroupVersionKind.of(Json.text(sample, "apiVersion"), Json.text(sample, "kind"));
                samples.add(new Sample(Objects.requireNonNull(catalog.byKind(kind), kind::toString), sample));
            }
        }
        return samples;
    }

    @TestFactory
    List<DynamicTest> eachKindIsStoredTheSameAndLeftAloneByANoOpUpdate() throws IOException {
        return samples().stream().map(sample -> DynamicTest.dynamicTest(sample.path(), () -> {
            for (int i = 0; i < sides.size(); i++) {
                TestServer.Answer created = sides.get(i).send("POST", sample.collection(), WIRES.get(i), sample.object());
                assertEquals(201, created.code(), created.body());
            }
            sides.forEach(side -> awaitStatus(side, sample));
            assertEquals(stored(sides.getFirst(), sample), stored(sides.getLast(), sample));
            sides.forEach(side -> checkNoOpUpdates(side, sample));
        })).toList();
    }

    private static void awaitStatus(Side side, Sample sample) {
        String pointer = WRITTEN_LATER.getOrDefault(sample.type().kind(), "");
        TestServer.await("the server has written the status of " + sample.path(), () -> !side.caller().get(sample.path()).json().at(pointer).isMissingNode());
    }

    /// The value in etcd without the uid and the times that the server has chosen, with sorted fields.
    private static String stored(Side side, Sample sample) throws IOException {
        ObjectNode object = Json.read(side.server().stored(sample.key()));
        Json.metadata(object).remove(List.of("uid", "creationTimestamp"));
        object.at("/metadata/managedFields").forEach(entry -> ((ObjectNode) entry).remove("time"));
        if (WRITTEN_LATER.containsKey(sample.type().kind())) {
            object.at("/status/conditions").forEach(condition -> ((ObjectNode) condition).remove("lastTransitionTime"));
        }
        return SORTED.writeValueAsString(object);
    }

    private static void checkNoOpUpdates(Side side, Sample sample) {
        ObjectNode object = side.caller().get(sample.path()).object();
        for (String wire : WIRES) {
            TestServer.Answer same = side.send("PUT", sample.path(), wire, object);
            assertEquals(200, same.code(), same.body());
            assertEquals(object.at("/metadata/resourceVersion"), same.json().at("/metadata/resourceVersion"), sample.path() + " was written though nothing changed: " + wire);
        }
        // labels of a slice count as its content
        ObjectNode labelled = object.deepCopy();
        Json.child(Json.metadata(labelled), sample.type().kind().equals("EndpointSlice") ? "annotations" : "labels").put("changed", "yes");
        TestServer.Answer changed = side.send("PUT", sample.path(), ProtobufDecoder.MEDIA_TYPE, labelled);
        assertEquals(200, changed.code(), changed.body());
        assertNotEquals(object.at("/metadata/resourceVersion"), changed.json().at("/metadata/resourceVersion"));
        assertEquals(object.at("/metadata/generation"), changed.json().at("/metadata/generation"));
    }

    @Test
    void eachStoredKindIsInTheTable() throws IOException {
        Set<String> known = new TreeSet<>();
        samples().forEach(sample -> known.add(sample.type().groupVersion() + "/" + sample.type().kind()));
        List<String> missing = Catalog.builtin().all().stream().filter(type -> type.stored() && type.version().matches("v\\d+"))
                .map(type -> type.groupVersion() + "/" + type.kind()).filter(kind -> !known.contains(kind)).toList();
        assertEquals(List.of(), missing);
    }

    /// A field that is added to the model is to be added to the table, too: at least seven of eight fields of all objects' types are set in it.
    @Test
    void mostFieldsAreSetInTheTable() throws IOException {
        SchemaRegistry schemas = SchemaRegistry.load();
        SetFields fields = new SetFields();
        for (Sample sample : samples()) {
            fields.add(Objects.requireNonNull(schemas.findKind(sample.type().group(), sample.type().version(), sample.type().kind())), sample.object());
        }
        assertTrue(fields.unset().size() * 8 < fields.known().size(), fields.unset().size() + " of " + fields.known().size() + " are not set: " + fields.unset());
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
