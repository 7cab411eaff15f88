package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer.Answer;
import io.moka.apiserver.testing.Trees;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Server-side apply and `managedFields` over HTTP; which fields are whose is the matter of `ApplyTest`.
final class ApplyVerbTest extends ServerTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps/";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments/";

    private static Answer apply(String path, String manager, String body) {
        String separator = path.contains("?") ? "&" : "?";
        return admin().send("PATCH", path + separator + "fieldManager=" + manager, "application/apply-patch+yaml", body);
    }

    private static String map(String name, String data) {
        return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}\ndata: " + data + "\n";
    }

    private static String deployment(String name, String spec) {
        return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name + "}\nspec: {" + spec
                + "selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}\n";
    }

    private static String managers(JsonNode object) {
        return String.join(" ", StreamSupport.stream(object.path("metadata").path("managedFields").spliterator(), false)
                .map(entry -> Json.text(entry, "manager") + "/" + Json.text(entry, "operation") + "/" + Json.text(entry, "subresource")).toList());
    }

    @Test
    void applyMakesWhatIsMissingAndChangesWhatIsThere() {
        var made = apply(MAPS + "made", "alice", map("made", "{a: '1'}"));
        assertEquals(201, made.code(), made.body());
        var changed = apply(MAPS + "made", "alice", map("made", "{a: '2'}"));
        assertEquals(200, changed.code());
        assertEquals("2", changed.text("data", "a"));
        assertEquals("default", changed.text("metadata", "namespace"));
        assertEquals(changed.json(), admin().get(MAPS + "made").json());
    }

    @Test
    void entryIsWrittenAsUpstreamWritesIt() {
        var entry = apply(MAPS + "entry", "alice", map("entry", "{a: '1'}")).json().path("metadata").path("managedFields").path(0);
        assertFalse(Json.text(entry, "time").isEmpty());
        ((ObjectNode) entry).remove("time");
        assertEquals(Trees.node("{manager: alice, operation: Apply, apiVersion: v1, fieldsType: FieldsV1, fieldsV1: {'f:data': {'f:a': {}}}}"), entry);
    }

    @Test
    void jsonIsAppliedToo() {
        assertEquals(201, apply(MAPS + "json", "alice", "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"json\"}}").code());
    }

    @Test
    void listsThatAClientSendsEmptyAreNotWishes() {
        String body = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"empty\",\"namespace\":\"default\",\"managedFields\":[],\"finalizers\":[],\"ownerReferences\":[]},"
                + "\"data\":{\"key\":\"1\"}}";
        assertEquals("alice/Apply/", managers(apply(MAPS + "empty?force=false", "alice", body).json()));
        assertEquals("alice/Apply/", managers(admin().get(MAPS + "empty").json()));
        assertEquals(409, apply(MAPS + "empty?force=false", "bob", body.replace("\"1\"", "\"2\"")).code());
    }

    @Test
    void writersAreKnownByParameterOrAgent() {
        admin().send(admin().request(MAPS.substring(0, MAPS.length() - 1)).header("Content-Type", "application/json").header("User-Agent", "tool/v1.2 (linux)")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{\"metadata\":{\"name\":\"agent\"},\"data\":{\"a\":\"1\"}}")));
        admin().patch(MAPS + "agent?fieldManager=named", "merge-patch", "{\"data\":{\"b\":\"1\"}}");
        assertEquals("named/Update/ tool/Update/", managers(admin().get(MAPS + "agent").json()));
    }

    @Test
    void everyPatchLanguageAndPutKeepEntries() {
        admin().post(MAPS.substring(0, MAPS.length() - 1) + "?fieldManager=a", "{\"metadata\":{\"name\":\"all\"},\"data\":{\"k\":\"1\"}}");
        admin().patch(MAPS + "all?fieldManager=b", "json-patch", "[{\"op\":\"add\",\"path\":\"/data/b\",\"value\":\"1\"}]");
        admin().patch(MAPS + "all?fieldManager=c", "strategic-merge-patch", "{\"data\":{\"c\":\"1\"}}");
        ObjectNode object = admin().get(MAPS + "all").object();
        ((ObjectNode) object.get("data")).put("d", "1");
        var put = admin().put(MAPS + "all?fieldManager=d", object.toString());
        assertEquals("a/Update/ b/Update/ c/Update/ d/Update/", managers(put.json()));
    }

    @Test
    void conflictSaysWhoAndWhat() {
        admin().post(DEPLOYMENTS.substring(0, DEPLOYMENTS.length() - 1) + "?fieldManager=kubectl", json(deployment("clash", "replicas: 1, ")));
        var refused = apply(DEPLOYMENTS + "clash", "bob", deployment("clash", "replicas: 2, "));
        assertEquals(409, refused.code());
        assertEquals("Conflict", refused.text("reason"));
        assertEquals("Apply failed with 1 conflict: conflict with \"kubectl\" using apps/v1: .spec.replicas", refused.text("message"));
        assertEquals(Trees.node("[{reason: FieldManagerConflict, message: 'conflict with \"kubectl\" using apps/v1', field: .spec.replicas}]"),
                refused.json().path("details").path("causes"));
        var forced = apply(DEPLOYMENTS + "clash?force=true", "bob", deployment("clash", "replicas: 2, "));
        assertEquals("2", forced.text("spec", "replicas"));
    }

    @Test
    void severalConflictsAreListedByManager() {
        apply(MAPS + "several", "carol", map("several", "{a: '1', b: '1'}"));
        apply(MAPS + "several", "alice", map("several", "{a: '1'}"));
        assertEquals("""
                Apply failed with 3 conflicts: conflicts with "alice":
                - .data.a
                conflicts with "carol":
                - .data.a
                - .data.b""", apply(MAPS + "several", "bob", map("several", "{a: '2', b: '2'}")).text("message"));
    }

    private static String json(String yaml) {
        return Trees.node(yaml).toString();
    }

    @Test
    void applyingTheSameAgainKeepsTheRevision() {
        String first = apply(DEPLOYMENTS + "same", "alice", deployment("same", "replicas: 2, ")).text("metadata", "resourceVersion");
        assertEquals(first, apply(DEPLOYMENTS + "same", "alice", deployment("same", "replicas: 2, ")).text("metadata", "resourceVersion"));
    }

    @Test
    void dryRunAppliesNothing() {
        assertEquals(201, apply(MAPS + "dry?dryRun=All", "alice", map("dry", "{a: '1'}")).code());
        assertEquals(404, admin().get(MAPS + "dry").code());
        apply(MAPS + "dry", "alice", map("dry", "{a: '1'}"));
        assertEquals("2", apply(MAPS + "dry?dryRun=All", "alice", map("dry", "{a: '2'}")).text("data", "a"));
        assertEquals(409, apply(MAPS + "dry?dryRun=All", "bob", map("dry", "{a: '2'}")).code());
        assertEquals("1", admin().get(MAPS + "dry").text("data", "a"));
    }

    @Test
    void statusAndScaleAreAppliedThroughTheirSubresources() {
        apply(DEPLOYMENTS + "parts", "alice", deployment("parts", ""));
        var status = apply(DEPLOYMENTS + "parts/status", "controller", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: parts}\nstatus: {replicas: 3}\n");
        assertEquals("3", status.text("status", "replicas"), status.body());
        var scale = apply(DEPLOYMENTS + "parts/scale", "scaler", "apiVersion: autoscaling/v1\nkind: Scale\nmetadata: {name: parts}\nspec: {replicas: 4}\n");
        assertEquals("4", scale.text("spec", "replicas"), scale.body());
        assertEquals("scaler/Apply/scale", managers(scale.json()));
        assertEquals("alice/Apply/ controller/Apply/status scaler/Apply/scale", managers(admin().get(DEPLOYMENTS + "parts").json()));
        assertEquals("Apply failed with 1 conflict: conflict with \"scaler\" with subresource \"scale\": .spec.replicas",
                apply(DEPLOYMENTS + "parts", "alice", deployment("parts", "replicas: 9, ")).text("message"));
        assertEquals(404, apply(DEPLOYMENTS + "none/status", "alice", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: none}\n").code());
    }

    @Test
    void scalingIsOwnedThroughTheSubresource() {
        apply(DEPLOYMENTS + "scaled", "alice", deployment("scaled", "replicas: 1, "));
        var scale = admin().patch(DEPLOYMENTS + "scaled/scale?fieldManager=kubectl", "merge-patch", "{\"spec\":{\"replicas\":3}}");
        assertEquals("kubectl/Update/scale", managers(scale.json()));
        assertEquals("autoscaling/v1", Json.text(scale.json().path("metadata").path("managedFields").path(0), "apiVersion"));
        assertEquals("Apply failed with 1 conflict: conflict with \"kubectl\" with subresource \"scale\" using apps/v1: .spec.replicas",
                apply(DEPLOYMENTS + "scaled", "alice", deployment("scaled", "replicas: 1, ")).text("message"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            '' | 422 | PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch
            ?fieldManager=a%0Ab | 422 | PatchOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "a\\nb": should only contain printable characters
            """)
    void applierMustNameItself(String query, int code, String message) {
        var refused = admin().send("PATCH", MAPS + "unnamed" + query.replace("''", ""), "application/apply-patch+yaml", map("unnamed", "{}"));
        assertEquals(code, refused.code());
        assertEquals(message.replace("\\n", "\n"), refused.text("message"));
    }

    @Test
    void managersNameIsBounded() {
        String name = IntStream.range(0, 129).mapToObj(i -> "x").reduce("", String::concat);
        assertEquals("PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Too long: may not be more than 128 bytes",
                apply(MAPS + "long", name, map("long", "{}")).text("message"));
    }

    @Test
    void forceIsForApplyOnly() {
        admin().post(MAPS.substring(0, MAPS.length() - 1), configMap("forced", "1"));
        assertEquals("PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch",
                admin().patch(MAPS + "forced?force=true", "merge-patch", "{}").text("message"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            400 | {apiVersion: v1, kind: ConfigMap, metadata: {name: other}}
            400 | {apiVersion: v1, kind: ConfigMap, metadata: {generateName: x-}}
            400 | {apiVersion: v1, kind: ConfigMap, metadata: {name: bad, namespace: elsewhere}}
            400 | {apiVersion: v1, kind: Secret, metadata: {name: bad}}
            400 | {metadata: {name: bad}}
            400 | {apiVersion: v1, kind: ConfigMap, metadata: {name: bad, managedFields: [{manager: x}]}}
            400 | {apiVersion: v1, kind: ConfigMap, metadata: {name: bad}, dta: {a: b}}
            400 | {apiVersion: v1, kind: ConfigMap, metadata: {name: bad, finalizers: [a/b, a/b]}}
            400 | {apiVersion: v1, kind: ConfigMap, metadata: bad}
            400 | [1, 2]
            400 | {apiVersion: v1
            409 | {apiVersion: v1, kind: ConfigMap, metadata: {name: bad, uid: u}}
            409 | {apiVersion: v1, kind: ConfigMap, metadata: {name: bad, resourceVersion: '7'}}
            422 | {apiVersion: v1, kind: ConfigMap, metadata: {name: bad, labels: {'a b': c}}}
            """)
    void whatDoesNotFitIsRefusedAndMakesNothing(int code, String body) {
        var refused = apply(MAPS + "bad", "alice", body);
        assertEquals(code, refused.code(), refused.body());
        assertEquals(404, admin().get(MAPS + "bad").code());
    }

    @Test
    void fieldThatIsNamedTwiceIsToldAsAsked() {
        String body = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: twice}\ndata:\n  a: '1'\n  a: '2'\n";
        var refused = apply(MAPS + "twice?fieldValidation=Strict", "alice", body);
        assertEquals(400, refused.code());
        assertEquals("error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 6: key \"a\" already set in map", refused.text("message"));
        var warned = apply(MAPS + "twice", "alice", body);
        assertEquals(201, warned.code());
        assertTrue(warned.response().headers().firstValue("Warning").orElse("").contains("already set in map"), warned.response().headers()::toString);
    }

    @Test
    void revisionThatHasPassedIsAConflict() {
        var made = apply(MAPS + "passed", "alice", map("passed", "{a: '1'}"));
        apply(MAPS + "passed", "alice", map("passed", "{a: '2'}"));
        String body = "{apiVersion: v1, kind: ConfigMap, metadata: {name: passed, resourceVersion: '" + made.text("metadata", "resourceVersion") + "'}, data: {a: '3'}}";
        assertEquals(409, apply(MAPS + "passed", "alice", body).code());
    }

    @Test
    void whoMayPatchOnlyCannotCreateByApplying() {
        String namespace = server.namespace("applying");
        admin().post("/apis/rbac.authorization.k8s.io/v1/namespaces/applying/roles",
                "{\"metadata\":{\"name\":\"patcher\"},\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"],\"verbs\":[\"patch\",\"get\"]}]}");
        admin().post("/apis/rbac.authorization.k8s.io/v1/namespaces/applying/rolebindings", """
                {"metadata":{"name":"patcher"},"subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"patty"}],
                "roleRef":{"kind":"Role","apiGroup":"rbac.authorization.k8s.io","name":"patcher"}}""");
        admin().post(namespace + "/configmaps", configMap("there", "1"));
        var patty = server.as(TestPki.shared().client("patty", "users"));
        io.moka.apiserver.testing.TestServer.await("the role counts", () -> patty.get(namespace + "/configmaps/there").code() == 200);
        String type = "application/apply-patch+yaml";
        assertEquals(200, patty.send("PATCH", namespace + "/configmaps/there?fieldManager=p", type, map("there", "{b: '1'}")).code());
        var refused = patty.send("PATCH", namespace + "/configmaps/new?fieldManager=p", type, map("new", "{b: '1'}"));
        assertEquals(403, refused.code());
        assertTrue(refused.text("message").contains("cannot create resource \"configmaps\""), refused.body());
    }

    @Test
    void admissionAndAllocationOwnNothing() {
        admin().post("/api/v1/namespaces/default/services?fieldManager=me", "{\"metadata\":{\"name\":\"owned\"},\"spec\":{\"ports\":[{\"port\":80}],\"selector\":{\"a\":\"b\"}}}");
        JsonNode service = admin().get("/api/v1/namespaces/default/services/owned").json();
        assertFalse(Json.text(service, "spec", "clusterIP").isEmpty());
        JsonNode spec = service.path("metadata").path("managedFields").path(0).path("fieldsV1").path("f:spec");
        assertFalse(spec.has("f:clusterIP"), spec::toString);
        assertTrue(spec.path("f:ports").has("k:{\"port\":80,\"protocol\":\"TCP\"}"), spec::toString);
    }

    @Test
    void bothOfTwoAppliersThatMakeTheSameObjectAtOnceSucceed() throws Exception {
        for (int round = 0; round < 20; round++) {
            String name = "race-" + round;
            Answer[] answers = new Answer[2];
            Thread other = Thread.startVirtualThread(() -> answers[0] = apply(MAPS + name, "alice", map(name, "{a: '1'}")));
            answers[1] = apply(MAPS + name, "bob", map(name, "{b: '1'}"));
            other.join();
            assertTrue(answers[0].code() < 300 && answers[1].code() < 300, answers[0].body() + answers[1].body());
            // the later one comes first in the list or last, as they were in different seconds or in the same
            assertEquals(Set.of("alice/Apply/", "bob/Apply/"), Set.of(managers(admin().get(MAPS + name).json()).split(" ")));
        }
    }

    @Test
    void openApiTellsHowListsAndMapsAreOwned() {
        JsonNode schemas = admin().get("/openapi/v3/api/v1").json().path("components").path("schemas");
        JsonNode podSpec = schemas.path("io.k8s.api.core.v1.PodSpec").path("properties");
        assertEquals(Trees.node("[topologyKey, whenUnsatisfiable]"), podSpec.path("topologySpreadConstraints").path("x-kubernetes-list-map-keys"));
        assertEquals("atomic", Json.text(podSpec, "nodeSelector", "x-kubernetes-map-type"));
        assertEquals("atomic", Json.text(schemas, "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector", "x-kubernetes-map-type"));
        assertEquals("granular", Json.text(schemas, "io.k8s.api.core.v1.PersistentVolumeSpec", "properties", "claimRef", "x-kubernetes-map-type"));
    }
}
