package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Wrong requests: the answer says so as Kubernetes would, and nothing is written.
final class BadInputTest extends ServerTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String JSON = "application/json";

    record Case(String name, String method, String path, String type, String body, int code, String reason, String message) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("malformed JSON", "POST", MAPS, JSON, "{\"metadata\":", 400, "BadRequest", "json parse error"),
                new Case("trailing text", "POST", MAPS, JSON, "{} x", 400, "BadRequest", "json parse error"),
                new Case("empty body", "POST", MAPS, JSON, "", 400, "BadRequest", "unexpected end of JSON input"),
                new Case("an array", "POST", MAPS, JSON, "[]", 400, "BadRequest", "cannot unmarshal array"),
                new Case("a string", "POST", MAPS, JSON, "\"x\"", 400, "BadRequest", "cannot unmarshal string"),
                new Case("malformed YAML", "POST", MAPS, "application/yaml", "a: [", 400, "BadRequest", "yaml"),
                new Case("unknown media type", "POST", MAPS, "text/plain", "x", 415, "UnsupportedMediaType", "unknown format"),
                new Case("garbage protobuf", "POST", MAPS, "application/vnd.kubernetes.protobuf", "xxxx", 400, "BadRequest", "protobuf"),
                new Case("another kind", "POST", MAPS, JSON, "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"x\"}}", 400, "BadRequest", "cannot be handled as a ConfigMap"),
                new Case("another version", "POST", MAPS, JSON, "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v2\",\"metadata\":{\"name\":\"x\"}}", 400, "BadRequest",
                        "the API version in the data (v2) does not match the expected API version (v1)"),
                new Case("another namespace", "POST", MAPS, JSON, "{\"metadata\":{\"name\":\"x\",\"namespace\":\"y\"}}", 400, "BadRequest",
                        "the namespace of the provided object does not match the namespace sent on the request"),
                new Case("no name", "POST", MAPS, JSON, "{\"metadata\":{}}", 422, "Invalid", "metadata.name"),
                new Case("bad name", "POST", MAPS, JSON, "{\"metadata\":{\"name\":\"Not_OK\"}}", 422, "Invalid", "metadata.name: Invalid value: \"Not_OK\""),
                new Case("bad label", "POST", MAPS, JSON, "{\"metadata\":{\"name\":\"x\",\"labels\":{\"a b\":\"c\"}}}", 422, "Invalid", "metadata.labels"),
                new Case("wrong type", "POST", MAPS, JSON, "{\"metadata\":{\"name\":\"x\"},\"data\":{\"a\":1}}", 400, "BadRequest", "cannot unmarshal number"),
                new Case("unknown field, strictly", "POST", MAPS + "?fieldValidation=Strict", JSON, "{\"metadata\":{\"name\":\"x\"},\"foo\":1}", 400, "BadRequest", "strict decoding error: unknown field \"foo\""),
                new Case("unknown validation", "POST", MAPS + "?fieldValidation=Hard", JSON, "{\"metadata\":{\"name\":\"x\"}}", 422, "Invalid", "fieldValidation"),
                new Case("unknown dry run", "POST", MAPS + "?dryRun=Some", JSON, "{\"metadata\":{\"name\":\"x\"}}", 422, "Invalid", "dryRun"),
                new Case("resourceVersion on create", "POST", MAPS, JSON, "{\"metadata\":{\"name\":\"x\",\"resourceVersion\":\"5\"}}", 400, "BadRequest", "resourceVersion should not be set"),
                new Case("missing namespace", "POST", "/api/v1/namespaces/nowhere/configmaps", JSON, "{\"metadata\":{\"name\":\"x\"}}", 404, "NotFound", "namespaces \"nowhere\" not found"),
                new Case("pod without image", "POST", PODS, JSON, "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"containers\":[{\"name\":\"c\"}]}}", 422, "Invalid",
                        "Pod \"x\" is invalid: spec.containers[0].image: Required value"),
                new Case("pod without containers", "POST", PODS, JSON, "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"containers\":[]}}", 422, "Invalid", "spec.containers: Required value"),
                new Case("unknown priority class", "POST", PODS, JSON, "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"priorityClassName\":\"none\",\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}",
                        403, "Forbidden", "no PriorityClass with name none was found"),
                new Case("unknown resource", "GET", "/api/v1/namespaces/default/widgets", JSON, "", 404, "NotFound", "the server could not find the requested resource"),
                new Case("unknown group", "GET", "/apis/nope.io/v1/things", JSON, "", 404, "NotFound", "the server could not find the requested resource"),
                new Case("unknown subresource", "GET", PODS + "/x/nope", JSON, "", 404, "NotFound", "the server could not find the requested resource"),
                new Case("unknown path", "GET", "/nothing", JSON, "", 404, "NotFound", "the server could not find the requested resource"),
                new Case("post to an object", "POST", MAPS + "/x", JSON, "{\"metadata\":{\"name\":\"x\"}}", 405, "MethodNotAllowed", "does not allow this method"),
                new Case("put to a collection", "PUT", MAPS, JSON, "{\"metadata\":{\"name\":\"x\"}}", 405, "MethodNotAllowed", "does not allow this method"),
                new Case("unknown method", "PROPFIND", MAPS, JSON, "", 405, "MethodNotAllowed", "does not allow this method"),
                new Case("put under another name", "PUT", MAPS + "/y", JSON, "{\"metadata\":{\"name\":\"x\"}}", 400, "BadRequest", "the name of the object (x) does not match the name on the URL (y)"),
                new Case("put to what is not there", "PUT", MAPS + "/none", JSON, "{\"metadata\":{\"name\":\"none\"}}", 404, "NotFound", "configmaps \"none\" not found"),
                new Case("patch of what is not there", "PATCH", MAPS + "/none", "application/merge-patch+json", "{}", 404, "NotFound", "configmaps \"none\" not found"),
                new Case("malformed patch", "PATCH", MAPS + "/kept", "application/json-patch+json", "{}", 400, "BadRequest", ""),
                new Case("patch that fails its test", "PATCH", MAPS + "/kept", "application/json-patch+json", "[{\"op\":\"test\",\"path\":\"/data/key\",\"value\":\"2\"}]", 422, "Invalid", ""),
                new Case("patch of the uid", "PATCH", MAPS + "/kept", "application/merge-patch+json", "{\"metadata\":{\"uid\":\"other\"}}", 409, "Conflict", "UID in precondition: other"),
                new Case("delete of what is not there", "DELETE", MAPS + "/none", JSON, "", 404, "NotFound", "configmaps \"none\" not found"),
                new Case("delete with a wrong uid", "DELETE", MAPS + "/kept", JSON, "{\"preconditions\":{\"uid\":\"other\"}}", 409, "Conflict", "UID in precondition: other"),
                new Case("unknown propagation", "DELETE", MAPS + "/kept", JSON, "{\"propagationPolicy\":\"Sideways\"}", 422, "Invalid", "propagationPolicy: Unsupported value: \"Sideways\""),
                new Case("delete of a system namespace", "DELETE", "/api/v1/namespaces/kube-system", JSON, "", 403, "Forbidden", "this namespace may not be deleted"),
                new Case("bad label selector", "GET", MAPS + "?labelSelector=a%3D%3D%3Db", JSON, "", 400, "BadRequest", "unable to parse requirement"),
                new Case("bad continue", "GET", MAPS + "?continue=xyz", JSON, "", 400, "BadRequest", "continue key is not valid"),
                new Case("bad resourceVersion", "GET", MAPS + "?resourceVersion=x", JSON, "", 400, "BadRequest", "resourceVersion: Invalid value: \"x\": strconv.ParseUint"),
                new Case("duplicate fields, strictly", "POST", MAPS + "?fieldValidation=Strict", JSON, "{\"metadata\":{\"name\":\"x\",\"name\":\"x\"},\"foo\":1,\"foo\":{\"a\":1,\"a\":1},\"data\":{\"a\":\"1\",\"a\":\"2\"}}",
                        400, "BadRequest", "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: duplicate field \"metadata.name\", unknown field \"foo\", duplicate field \"data.a\""),
                new Case("duplicate fields of YAML, strictly", "POST", MAPS + "?fieldValidation=Strict", "application/yaml", "metadata:\n  name: x\n  name: x\nfoo: 1\n", 400, "BadRequest",
                        "strict decoding error: yaml: unmarshal errors:\n  line 3: key \"name\" already set in map, unknown field \"foo\""),
                new Case("unknown anchor", "POST", MAPS, "application/yaml", "metadata: *none", 400, "BadRequest", "unknown anchor 'none'"),
                new Case("YAML bomb", "POST", MAPS, "application/yaml", bomb(), 400, "BadRequest", "excessive aliasing"),
                new Case("merge patch of an unknown field, strictly", "PATCH", MAPS + "/kept?fieldValidation=Strict", "application/merge-patch+json", "{\"dta\":{}}", 422, "Invalid",
                        " \"\" is invalid: patch: Invalid value: "),
                new Case("strategic patch of an unknown field, strictly", "PATCH", MAPS + "/kept?fieldValidation=Strict", "application/strategic-merge-patch+json", "{\"dta\":{}}", 422, "Invalid",
                        "strict decoding error: unknown field \"dta\""),
                new Case("JSON patch without operations", "PATCH", MAPS + "/kept", "application/json-patch+json", "[7]", 400, "BadRequest", "json: cannot unmarshal number"),
                new Case("match without version", "GET", MAPS + "?resourceVersionMatch=Exact", JSON, "", 422, "Invalid", "forbidden unless resourceVersion is provided"),
                new Case("exactly nothing", "GET", MAPS + "?resourceVersionMatch=Exact&resourceVersion=0", JSON, "", 422, "Invalid", "resourceVersionMatch: Forbidden: resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""),
                new Case("match of another kind", "GET", MAPS + "?resourceVersionMatch=x&continue=y", JSON, "", 422, "Invalid", "ListOptions.meta.k8s.io \"\" is invalid: ["
                        + "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided, resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided, "
                        + "resourceVersionMatch: Unsupported value: \"x\": supported values: \"Exact\", \"NotOlderThan\", \"\"]"),
                new Case("initial events of a list", "GET", MAPS + "?sendInitialEvents=true", JSON, "", 422, "Invalid", "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list"),
                new Case("initial events without a match", "GET", MAPS + "?watch=true&sendInitialEvents=true", JSON, "", 422, "Invalid", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"),
                new Case("match of a watch", "GET", MAPS + "?watch&resourceVersionMatch=Exact&resourceVersion=1", JSON, "", 422, "Invalid", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"),
                new Case("bad time-out", "GET", MAPS + "?timeoutSeconds=x", JSON, "", 400, "BadRequest", "strconv.ParseInt: parsing \"x\": invalid syntax"),
                new Case("bad time-out of a watch", "GET", MAPS + "?watch=1&timeoutSeconds=x", JSON, "", 400, "BadRequest", "strconv.ParseInt: parsing \"x\": invalid syntax"),
                new Case("two ways to orphan", "DELETE", MAPS + "/kept?orphanDependents=true&propagationPolicy=Orphan", JSON, "", 422, "Invalid", "propagationPolicy: Invalid value: \"Orphan\": orphanDependents and deletionPropagation cannot be both set"),
                new Case("dry run of what kind", "DELETE", MAPS + "/kept?dryRun=Some", JSON, "", 422, "Invalid", "DeleteOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"Some\"]: supported values: \"All\""),
                new Case("patch dry run of what kind", "PATCH", MAPS + "/kept?dryRun=Some", "application/merge-patch+json", "{}", 422, "Invalid", "PatchOptions.meta.k8s.io"),
                new Case("bad limit", "GET", MAPS + "?limit=x", JSON, "", 400, "BadRequest", "invalid syntax"),
                new Case("eviction of nobody", "POST", PODS + "/none/eviction", JSON, "{}", 404, "NotFound", "pods \"none\" not found"),
                new Case("logs of nobody", "GET", PODS + "/none/log", JSON, "", 404, "NotFound", "pods \"none\" not found"),
                new Case("negative scale", "PUT", "/apis/apps/v1/namespaces/default/deployments/none/scale", JSON, "{\"metadata\":{\"name\":\"none\"},\"spec\":{\"replicas\":-1}}", 404, "NotFound", "deployments.apps \"none\" not found"),
                new Case("token for nobody", "POST", "/api/v1/namespaces/default/serviceaccounts/none/token", JSON, "{}", 404, "NotFound", "serviceaccounts \"none\" not found"),
                new Case("service outside the range", "POST", "/api/v1/namespaces/default/services", JSON, "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"clusterIP\":\"192.0.2.1\",\"ports\":[{\"port\":80}]}}",
                        422, "Invalid", "the provided network does not match the current range"),
                new Case("node port outside the range", "POST", "/api/v1/namespaces/default/services", JSON, "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"type\":\"NodePort\",\"ports\":[{\"port\":80,\"nodePort\":80}]}}",
                        422, "Invalid", "The range of valid ports is 30000-32767"));
    }

    /// Ten anchors, each of ten of the one before.
    private static String bomb() {
        StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            text.append("a").append(i).append(": &a").append(i).append(" [").append(("*a" + (i - 1) + ", ").repeat(9)).append("*a").append(i - 1).append("]\n");
        }
        return text.toString();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isRefused(Case wrong) {
        admin().post("/api/v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
        admin().post(MAPS, configMap("kept", "1"));
        String before = admin().get(MAPS).text("metadata", "resourceVersion");
        var answer = admin().send(wrong.method(), wrong.path(), wrong.type(), wrong.body());
        assertEquals(wrong.code(), answer.code(), answer.body());
        JsonNode status = answer.json();
        assertEquals("Failure", status.path("status").asText());
        assertEquals(wrong.reason(), status.path("reason").asText(), answer.body());
        assertTrue(status.path("message").asText().contains(wrong.message()), answer.body());
        assertEquals(List.of(), server.writtenSince(before));
    }

    @Test
    void bodyOverThreeMebibytesIsTooLarge() {
        var answer = admin().post(MAPS, "{\"metadata\":{\"name\":\"big\"},\"data\":{\"a\":\"" + "x".repeat(3 * 1024 * 1024) + "\"}}");
        assertEquals(413, answer.code());
        assertEquals("RequestEntityTooLarge", answer.text("reason"));
    }

    @Test
    void objectThatEtcdRefusesIsAnErrorOfTheServer() {
        String annotation = "x".repeat(1024);
        StringBuilder containers = new StringBuilder();
        for (int i = 0; i < 1800; i++) {
            containers.append(i == 0 ? "" : ",").append("{\"name\":\"c").append(i).append("\",\"image\":\"i\",\"env\":[{\"name\":\"A\",\"value\":\"").append(annotation).append("\"}]}");
        }
        var answer = admin().post("/api/v1/namespaces/default/podtemplates", "{\"metadata\":{\"name\":\"big\"},\"template\":{\"metadata\":{},\"spec\":{\"containers\":[" + containers + "]}}}");
        assertEquals(500, answer.code(), answer.body());
        assertTrue(answer.text("message").contains("request is too large"), answer.body());
        assertEquals(200, admin().get(MAPS).code());
    }

    @Test
    void unknownFieldIsAWarningByDefault() {
        var answer = admin().post(MAPS, "{\"metadata\":{\"name\":\"warned\"},\"foo\":1}");
        assertEquals(201, answer.code());
        assertEquals("299 - \"unknown field \\\"foo\\\"\"", answer.response().headers().firstValue("Warning").orElse(""));
    }

    @Test
    void duplicateFieldIsAWarningByDefaultAndTheLastOneCounts() {
        var answer = admin().post(MAPS, "{\"metadata\":{\"name\":\"twice\"},\"data\":{\"a\":\"1\",\"a\":\"2\"}}");
        assertEquals("2", answer.text("data", "a"));
        assertEquals("299 - \"duplicate field \\\"data.a\\\"\"", answer.response().headers().firstValue("Warning").orElse(""));
    }

    @Test
    void aliasesAndMergeKeysOfYamlAreResolved() {
        var answer = admin().send("POST", MAPS, "application/yaml", "metadata: {name: aliased}\ndata:\n  <<: {a: '1', b: '2'}\n  b: &b '3'\n  c: *b\n");
        assertEquals(201, answer.code(), answer.body());
        assertEquals("{\"b\":\"3\",\"c\":\"3\",\"a\":\"1\"}", answer.json().path("data").toString());
    }

    @Test
    void acceptingOnlyWhatWeDoNotHaveIsNotAcceptable() {
        var answer = admin().send(admin().request(MAPS).header("Accept", "text/html"));
        assertEquals(406, answer.code());
        assertEquals("NotAcceptable", answer.text("reason"));
    }
}
