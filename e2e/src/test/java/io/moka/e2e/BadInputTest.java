package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.machinery.client.ClientConfig;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.Kubeconfig;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Requests that must be refused, each with Kubernetes' own code and reason, and without any change to what is stored.
class BadInputTest {

    private static final String NAMESPACE = "bad-input";
    private static final String MAPS = "/api/v1/namespaces/" + NAMESPACE + "/configmaps";
    private static final String VICTIM = MAPS + "/victim";
    private static final String PODS = "/api/v1/namespaces/" + NAMESPACE + "/pods";
    private static final String SERVICES = "/api/v1/namespaces/" + NAMESPACE + "/services";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/" + NAMESPACE + "/deployments";
    private static final String JSON = "application/json";
    private static final String YAML = "application/yaml";
    private static final String JSON_PATCH = "application/json-patch+json";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final String STRATEGIC_PATCH = "application/strategic-merge-patch+json";
    /// Kinds whose objects change only by requests of users, so that a changed version shows a write.
    private static final List<String> QUIET = List.of("/api/v1/namespaces", "/api/v1/configmaps", "/api/v1/secrets", "/api/v1/services", "/api/v1/pods",
            "/api/v1/serviceaccounts", "/apis/apps/v1/deployments", "/apis/apps/v1/replicasets", "/apis/rbac.authorization.k8s.io/v1/clusterroles",
            "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", "/apis/rbac.authorization.k8s.io/v1/roles");

    private static TestCluster cluster;
    private static String server;
    private static HttpClient admin;
    private static HttpClient anonymous;
    private static String token;

    private enum Caller { ADMIN, ANONYMOUS, BAD_TOKEN, FOREIGN_TOKEN, SERVICE_ACCOUNT }

    /// @param reason the expected reason; empty if the Status has none
    /// @param message a part of the expected message; empty if its words are not stable
    private record Case(Caller caller, String method, String path, String contentType, String body, int code, String reason, String message) {
    }

    private static final List<Case> CASES = new ArrayList<>();

    private static void add(String method, String path, String contentType, String body, int code, String reason, String message) {
        CASES.add(new Case(Caller.ADMIN, method, path, contentType, body, code, reason, message));
    }

    private static void as(Caller caller, String method, String path, String body, int code, String reason) {
        CASES.add(new Case(caller, method, path, JSON, body, code, reason, ""));
    }

    private static String map(String name, String more) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name + "\"" + more;
    }

    private static String pod(String spec) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"},\"spec\":" + spec + "}";
    }

    private static String container(String more) {
        return pod("{\"containers\":[{\"name\":\"c\",\"image\":\"busybox\"" + more + "}]}");
    }

    private static String deployment(String name, String spec) {
        return "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"" + name + "\"},\"spec\":" + spec + "}";
    }

    private static String service(String spec) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"s\"},\"spec\":" + spec + "}";
    }

    private static final String TEMPLATE = "\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},"
            + "\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"busybox\"}]}}";

    @BeforeAll
    static void begin() throws Exception {
        cluster = TestCluster.shared();
        var kubeconfig = cluster.folder().resolve("kubeconfig");
        var config = ClientConfig.load(kubeconfig, null, "bad-input");
        server = config.server();
        admin = HttpClient.newBuilder().sslContext(config.sslContext()).build();
        anonymous = HttpClient.newBuilder().sslContext(TlsIdentity.clientContext(Kubeconfig.read(kubeconfig).context(null).certificateAuthority(), null)).build();
        require(201, "POST", "/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + NAMESPACE + "\"}}");
        require(201, "POST", MAPS, map("victim", "},\"data\":{\"a\":\"b\"}}"));
        require(201, "POST", MAPS, map("frozen", "},\"immutable\":true,\"data\":{\"a\":\"b\"}}"));
        require(201, "POST", DEPLOYMENTS, deployment("victim", "{\"replicas\":0," + TEMPLATE + "}"));
        require(201, "POST", SERVICES, service("{\"ports\":[{\"port\":80}]}").replace("\"s\"", "\"victim\""));
        require(201, "POST", "/api/v1/namespaces/" + NAMESPACE + "/serviceaccounts", "{\"metadata\":{\"name\":\"nobody\"}}");
        token = require(201, "POST", "/api/v1/namespaces/" + NAMESPACE + "/serviceaccounts/nobody/token", "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\",\"spec\":{}}")
                .at("/status/token").asText();
    }

    @AfterAll
    static void end() throws Exception {
        require(200, "DELETE", "/api/v1/namespaces/" + NAMESPACE, "");
        admin.close();
        anonymous.close();
    }

    private static JsonNode require(int code, String method, String path, String body) throws IOException, InterruptedException {
        var answer = send(new Case(Caller.ADMIN, method, path, JSON, body, code, "", ""));
        assertEquals(code, answer.statusCode(), method + " " + path + ": " + answer.body());
        return Json.mapper().readTree(answer.body());
    }

    private static HttpResponse<String> send(Case request) throws IOException, InterruptedException {
        var builder = HttpRequest.newBuilder(URI.create(server + request.path)).method(request.method,
                request.body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(request.body));
        if (!request.contentType.isEmpty()) {
            builder.header("Content-Type", request.contentType);
        }
        switch (request.caller) {
            case ADMIN, ANONYMOUS -> { }
            case BAD_TOKEN -> builder.header("Authorization", "Bearer nonsense");
            case FOREIGN_TOKEN -> builder.header("Authorization", "Bearer " + token.substring(0, token.lastIndexOf('.')) + "." + "A".repeat(86));
            case SERVICE_ACCOUNT -> builder.header("Authorization", "Bearer " + token);
        }
        return (request.caller == Caller.ADMIN ? admin : anonymous).send(builder.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void malformed() {
        var junk = List.of("{", "}", "nonsense", "[]", "\"text\"", "12", "{\"kind\":", "{\"kind\":\"ConfigMap\",}", "{'kind':'ConfigMap'}", "\u0000\u0001");
        for (var text : junk) {
            add("POST", MAPS, JSON, text, 400, "BadRequest", "");
            add("PUT", VICTIM, JSON, text, 400, "BadRequest", "");
        }
        for (var text : List.of("a: [", "a: b: c", "\t- x", "- a\n- b", "&a [*a", "%%%", "text")) {
            add("POST", MAPS, YAML, text, 400, "BadRequest", "");
        }
        for (var path : List.of(MAPS, PODS, SERVICES, DEPLOYMENTS)) {
            add("POST", path, JSON, "{\"apiVersion\":\"v9\",\"kind\":\"Unknown\",\"metadata\":{\"name\":\"x\"}}", 400, "BadRequest", "");
        }
        for (var type : List.of("text/plain", "application/xml", "multipart/form-data", "image/png")) {
            add("POST", MAPS, type, map("x", "}}"), 415, "UnsupportedMediaType", "");
            add("PATCH", VICTIM, type, "{}", 415, "UnsupportedMediaType", "");
        }
        add("PATCH", VICTIM, JSON, "{}", 415, "UnsupportedMediaType", "");
        for (int size : new int[] {1_600_000, 2_500_000}) {
            add("POST", MAPS, JSON, map("x", "},\"data\":{\"a\":\"" + "x".repeat(size) + "\"}}"), 422, "Invalid", "Too long");
        }
        add("POST", MAPS, JSON, map("x", "},\"data\":{\"a\":\"" + "x".repeat(4_000_000) + "\"}}"), 413, "RequestEntityTooLarge", "");
        add("PUT", VICTIM, JSON, map("victim", "},\"data\":{\"a\":\"" + "x".repeat(4_000_000) + "\"}}"), 413, "RequestEntityTooLarge", "");
    }

    private static void wrongTypes() {
        for (var more : List.of("},\"data\":[]}", "},\"data\":{\"a\":1}}", "},\"data\":\"x\"}", "},\"immutable\":\"yes\"}", ",\"labels\":[]}}", ",\"labels\":{\"a\":1}}}",
                ",\"annotations\":7}}", ",\"finalizers\":\"x\"}}", ",\"ownerReferences\":{}}}", "},\"binaryData\":{\"a\":{}}}")) {
            add("POST", MAPS, JSON, map("x", more), 400, "BadRequest", "");
        }
        for (var spec : List.of("[]", "\"x\"", "{\"containers\":{}}", "{\"containers\":[7]}", "{\"containers\":[{\"name\":7}]}", "{\"terminationGracePeriodSeconds\":\"x\"}")) {
            add("POST", PODS, JSON, pod(spec), 400, "BadRequest", "");
        }
        add("POST", DEPLOYMENTS, JSON, deployment("x", "{\"replicas\":\"three\"," + TEMPLATE + "}"), 400, "BadRequest", "");
        add("POST", DEPLOYMENTS, JSON, deployment("x", "{\"replicas\":1.5," + TEMPLATE + "}"), 400, "BadRequest", "");
        add("POST", SERVICES, JSON, service("{\"ports\":[{\"port\":\"eighty\"}]}"), 400, "BadRequest", "");
        for (var field : List.of("},\"foo\":1}", ",\"foo\":1}}", "},\"data\":{},\"dta\":{}}")) {
            add("POST", MAPS + "?fieldValidation=Strict", JSON, map("x", field), 400, "BadRequest", "unknown field");
        }
        for (var field : List.of(",\"name\":\"y\"}}", "},\"data\":{\"a\":\"1\",\"a\":\"2\"}}", "},\"data\":{},\"data\":{}}")) {
            add("POST", MAPS + "?fieldValidation=Strict", JSON, map("x", field), 400, "BadRequest", "strict decoding error: duplicate field \"");
        }
        add("POST", MAPS + "?fieldValidation=Strict", YAML, "metadata:\n  name: x\ndata:\n  a: b\n  a: c\n", 400, "BadRequest", "line 5: key \"a\" already set in map");
        add("POST", PODS + "?fieldValidation=Strict", JSON, container(",\"imagee\":\"x\""), 400, "BadRequest", "unknown field \"spec.containers[0].imagee\"");
    }

    private static void invalidObjects() {
        for (var name : List.of("Upper", "a_b", "-a", "a-", "a b", "a..b", "ä", "x".repeat(254), ".")) {
            add("POST", MAPS, JSON, map(name, "}}"), 422, "Invalid", "metadata.name");
            add("POST", "/api/v1/namespaces", JSON, "{\"metadata\":{\"name\":\"" + name + "\"}}", 422, "Invalid", "metadata.name");
        }
        add("POST", MAPS, JSON, "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"}", 422, "Invalid", "name or generateName is required");
        for (var more : List.of(",\"labels\":{\"a b\":\"c\"}}}", ",\"labels\":{\"a\":\"b c\"}}}", ",\"labels\":{\"a\":\"" + "x".repeat(64) + "\"}}}", ",\"labels\":{\"/x\":\"y\"}}}",
                ",\"annotations\":{\"a b\":\"c\"}}}", ",\"annotations\":{\"a\":\"" + "x".repeat(263_000) + "\"}}}", "},\"data\":{\"a/b\":\"c\"}}", "},\"data\":{\"..\":\"c\"}}",
                "},\"data\":{\"a\":\"1\"},\"binaryData\":{\"a\":\"MQ==\"}}", ",\"ownerReferences\":[{\"kind\":\"Pod\"}]}}", ",\"finalizers\":[\"nonsense\"]}}")) {
            add("POST", MAPS, JSON, map("x", more), 422, "Invalid", "is invalid");
        }
        for (var spec : List.of("{}", "{\"containers\":[]}", "{\"containers\":[{\"image\":\"x\"}]}", "{\"containers\":[{\"name\":\"c\"}]}",
                "{\"containers\":[{\"name\":\"C\",\"image\":\"x\"}]}", "{\"containers\":[{\"name\":\"c\",\"image\":\"x\"},{\"name\":\"c\",\"image\":\"x\"}]}",
                "{\"restartPolicy\":\"Sometimes\",\"containers\":[{\"name\":\"c\",\"image\":\"x\"}]}")) {
            add("POST", PODS, JSON, pod(spec), 422, "Invalid", "spec.");
        }
        for (var more : List.of(",\"ports\":[{\"containerPort\":0}]", ",\"ports\":[{\"containerPort\":70000}]", ",\"ports\":[{\"containerPort\":80,\"protocol\":\"ICMP\"}]",
                ",\"imagePullPolicy\":\"Maybe\"", ",\"env\":[{\"name\":\"\"}]", ",\"volumeMounts\":[{\"name\":\"none\",\"mountPath\":\"/x\"}]",
                ",\"resources\":{\"requests\":{\"cpu\":\"2\"},\"limits\":{\"cpu\":\"1\"}}", ",\"livenessProbe\":{}")) {
            add("POST", PODS, JSON, container(more), 422, "Invalid", "spec.containers[0]");
        }
        for (var quantity : List.of("lots", "1x", "--1")) {
            add("POST", PODS, JSON, container(",\"resources\":{\"requests\":{\"cpu\":\"" + quantity + "\"}}"), 400, "BadRequest", "quantities must match the regular expression");
        }
        for (var spec : List.of("{\"replicas\":-1," + TEMPLATE + "}", "{}", "{" + TEMPLATE.replace("\"matchLabels\":{\"a\":\"b\"}", "\"matchLabels\":{\"a\":\"c\"}") + "}",
                "{\"strategy\":{\"type\":\"Magic\"}," + TEMPLATE + "}")) {
            add("POST", DEPLOYMENTS, JSON, deployment("x", spec), 422, "Invalid", "spec.");
        }
        for (var spec : List.of("{}", "{\"ports\":[{\"port\":0}]}", "{\"ports\":[{\"port\":80},{\"port\":81}]}", "{\"ports\":[{\"port\":80}],\"type\":\"Magic\"}",
                "{\"ports\":[{\"port\":80}],\"clusterIP\":\"1.2.3\"}", "{\"ports\":[{\"port\":80}],\"sessionAffinity\":\"Always\"}",
                "{\"ports\":[{\"port\":80,\"nodePort\":80}],\"type\":\"NodePort\"}")) {
            add("POST", SERVICES, JSON, service(spec), 422, "Invalid", "spec.");
        }
    }

    private static void conflicts() {
        add("POST", MAPS, JSON, map("victim", "}}"), 409, "AlreadyExists", "configmaps \"victim\" already exists");
        add("POST", "/api/v1/namespaces", JSON, "{\"metadata\":{\"name\":\"default\"}}", 409, "AlreadyExists", "namespaces \"default\" already exists");
        add("POST", DEPLOYMENTS, JSON, deployment("victim", "{" + TEMPLATE + "}"), 409, "AlreadyExists", "deployments.apps \"victim\" already exists");
        add("PUT", VICTIM, JSON, map("victim", ",\"resourceVersion\":\"1\"}}"), 409, "Conflict", "the object has been modified");
        add("PUT", VICTIM, JSON, map("victim", ",\"uid\":\"other\"}}"), 409, "Conflict", "");
        add("PUT", VICTIM, JSON, map("other", "}}"), 400, "BadRequest", "does not match the name on the");
        add("PUT", VICTIM, JSON, map("victim", ",\"namespace\":\"default\"}}"), 400, "BadRequest", "namespace");
        add("POST", MAPS, JSON, map("x", ",\"namespace\":\"default\"}}"), 400, "BadRequest", "namespace");
        add("POST", MAPS, JSON, map("x", ",\"resourceVersion\":\"5\"}}"), 400, "BadRequest", "resourceVersion should not be set on objects to be created");
        add("PUT", MAPS + "/frozen", JSON, map("frozen", "},\"immutable\":true,\"data\":{\"a\":\"c\"}}"), 422, "Invalid", "immutable");
        add("PATCH", MAPS + "/frozen", MERGE_PATCH, "{\"data\":{\"a\":\"c\"}}", 422, "Invalid", "immutable");
        add("PATCH", MAPS + "/frozen", MERGE_PATCH, "{\"immutable\":false}", 422, "Invalid", "immutable");
        add("PATCH", DEPLOYMENTS + "/victim", MERGE_PATCH, "{\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"z\"}}}}", 422, "Invalid", "");
        add("PATCH", SERVICES + "/victim", MERGE_PATCH, "{\"spec\":{\"clusterIP\":\"10.0.0.9\",\"clusterIPs\":[\"10.0.0.9\"]}}", 422, "Invalid", "may not change once set");
        add("PATCH", VICTIM, MERGE_PATCH, "{\"metadata\":{\"resourceVersion\":\"1\"}}", 409, "Conflict", "the object has been modified");
        add("DELETE", VICTIM, JSON, "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"preconditions\":{\"uid\":\"other\"}}", 409, "Conflict", "");
        add("DELETE", VICTIM, JSON, "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"propagationPolicy\":\"Sometimes\"}", 422, "Invalid", "");
        add("PATCH", VICTIM, JSON_PATCH, "[{\"op\":\"test\",\"path\":\"/data/a\",\"value\":\"z\"}]", 422, "Invalid", "");
        add("PATCH", VICTIM, JSON_PATCH, "[{\"op\":\"remove\",\"path\":\"/data/none\"}]", 422, "Invalid", "");
        for (var patch : List.of("{}", "[7]", "[{\"op\":\"fly\",\"path\":\"/data\"}]", "nonsense")) {
            add("PATCH", VICTIM, JSON_PATCH, patch, patch.startsWith("[{") ? 422 : 400, "", "");
        }
        for (var type : List.of(MERGE_PATCH, STRATEGIC_PATCH)) {
            add("PATCH", VICTIM, type, "nonsense", 400, "BadRequest", "");
            add("PATCH", VICTIM, type, "[1]", 400, "BadRequest", "");
            add("PATCH", MAPS + "/none", type, "{}", 404, "NotFound", "configmaps \"none\" not found");
            add("PATCH", VICTIM, type, "{\"data\":7}", 422, "Invalid", "cannot unmarshal number");
            add("PATCH", VICTIM + "?fieldValidation=Strict", type, "{\"dta\":{}}", 422, "Invalid", "strict decoding error: unknown field \"dta\"");
            add("PATCH", VICTIM + "?fieldValidation=Strict", type, "{\"data\":{\"a\":\"1\",\"a\":\"2\"}}", 422, "Invalid", "strict decoding error: duplicate field \"data.a\"");
        }
    }

    private static void paths() {
        add("GET", MAPS + "/none", "", "", 404, "NotFound", "configmaps \"none\" not found");
        add("DELETE", MAPS + "/none", "", "", 404, "NotFound", "configmaps \"none\" not found");
        add("PUT", MAPS + "/none", JSON, map("none", ",\"resourceVersion\":\"1\"}}"), 404, "NotFound", "configmaps \"none\" not found");
        for (var path : List.of("/api/v1/nonsense", "/api/v2", "/apis/none/v1/things", "/apis/apps/v9/deployments", "/nonsense", MAPS + "/victim/nonsense")) {
            add("GET", path, "", "", 404, "", "");
        }
        add("POST", "/api/v1/namespaces/none/configmaps", JSON, map("x", "}}"), 404, "NotFound", "namespaces \"none\" not found");
        for (var method : List.of("PUT", "PATCH", "DELETE")) {
            add(method, "/api/v1/configmaps", MERGE_PATCH, method.equals("DELETE") ? "" : "{}", 405, "MethodNotAllowed", "");
        }
        add("POST", VICTIM, JSON, map("victim", "}}"), 405, "MethodNotAllowed", "");
        for (var selector : List.of("labelSelector=a%3D%3D%3Db", "labelSelector=a+b", "labelSelector=%21", "labelSelector=a+in+b", "fieldSelector=a", "fieldSelector=spec.none%3Dx",
                "continue=nonsense", "limit=x", "resourceVersion=x", "resourceVersion=-1", "resourceVersionMatch=Exact", "resourceVersion=5&resourceVersionMatch=Magic")) {
            add("GET", MAPS + "?" + selector, "", "", selector.contains("resourceVersionMatch") ? 422 : 400, "", "");
        }
        add("GET", MAPS + "?watch=true&resourceVersion=x", "", "", 400, "BadRequest", "strconv.ParseUint");
        add("POST", MAPS + "?dryRun=Some", JSON, map("x", "}}"), 422, "Invalid", "");
        add("POST", MAPS + "?fieldValidation=Magic", JSON, map("x", "}}"), 422, "Invalid", "");
    }

    private static void strangers() {
        for (var path : List.of("/api/v1/nodes", MAPS, VICTIM, "/api/v1/secrets", "/apis", "/metrics", DEPLOYMENTS)) {
            as(Caller.ANONYMOUS, "GET", path, "", 403, "Forbidden");
            as(Caller.BAD_TOKEN, "GET", path, "", 401, "Unauthorized");
            as(Caller.FOREIGN_TOKEN, "GET", path, "", 401, "Unauthorized");
        }
        for (var path : List.of("/api/v1/nodes", MAPS, VICTIM, "/api/v1/secrets", "/metrics", DEPLOYMENTS)) {
            as(Caller.SERVICE_ACCOUNT, "GET", path, "", 403, "Forbidden");
        }
        for (var caller : List.of(Caller.ANONYMOUS, Caller.SERVICE_ACCOUNT)) {
            as(caller, "POST", MAPS, map("x", "}}"), 403, "Forbidden");
            as(caller, "PUT", VICTIM, map("victim", "}}"), 403, "Forbidden");
            as(caller, "DELETE", VICTIM, "", 403, "Forbidden");
            as(caller, "DELETE", MAPS, "", 403, "Forbidden");
            as(caller, "POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", "{\"metadata\":{\"name\":\"x\"},\"roleRef\":{\"kind\":\"ClusterRole\",\"name\":\"cluster-admin\"}}", 403, "Forbidden");
        }
    }

    @Test
    void everyBadRequestIsRefusedAsKubernetesDoesAndNothingIsWritten() throws Exception {
        malformed();
        wrongTypes();
        invalidObjects();
        conflicts();
        paths();
        strangers();
        assertTrue(CASES.size() >= 200, "only " + CASES.size());
        awaitNamespacesOfOtherTests();
        var before = state();
        long pid = cluster.pid("apiserver");
        var wrong = new ArrayList<String>();
        for (var request : CASES) {
            var complaint = complaint(request);
            if (!complaint.isEmpty()) {
                wrong.add(complaint);
            }
        }
        assertEquals(List.of(), wrong, () -> wrong.size() + " of " + CASES.size() + ":\n" + String.join("\n", wrong));
        assertEquals(before, state());
        assertEquals(pid, cluster.pid("apiserver"));
        assertEquals("ok", send(new Case(Caller.ADMIN, "GET", "/readyz", "", "", 200, "", "")).body());
    }

    private static String complaint(Case request) throws IOException, InterruptedException {
        var answer = send(request);
        var status = answer.body().startsWith("{") ? Json.mapper().readTree(answer.body()) : Json.mapper().createObjectNode();
        boolean right = answer.statusCode() == request.code && (request.reason.isEmpty() || request.reason.equals(status.path("reason").asText()))
                && (request.reason.isEmpty() || status.path("code").asInt() == request.code)
                && (request.message.isEmpty() || status.path("message").asText().contains(request.message));
        return right ? "" : "%s %s %s %s %s\n   expected %d %s %s\n   got %d %s".formatted(request.caller, request.method, request.path, request.contentType, brief(request.body),
                request.code, request.reason, request.message, answer.statusCode(), brief(answer.body()));
    }

    private static String brief(String text) {
        return text.length() > 300 ? text.substring(0, 300) + "..." : text;
    }

    /// Waits for namespaces that earlier tests have deleted; those tests do not wait for the end themselves.
    private static void awaitNamespacesOfOtherTests() {
        Shell.await("deleted namespaces to be gone", Duration.ofMinutes(2), () -> cluster.kubectl("get", "namespaces", "--no-headers").ok(), text -> !text.contains("Terminating"));
    }

    /// Returns the stored objects of the quiet kinds by path, each with its resource version.
    private static Map<String, TreeSet<String>> state() throws IOException, InterruptedException {
        var state = new java.util.TreeMap<String, TreeSet<String>>();
        for (var path : QUIET) {
            var objects = new TreeSet<String>();
            for (var item : Json.mapper().readTree(send(new Case(Caller.ADMIN, "GET", path, "", "", 200, "", "")).body()).path("items")) {
                if (!path.endsWith("pods") && !path.endsWith("replicasets") && !path.endsWith("deployments") || NAMESPACE.equals(item.at("/metadata/namespace").asText())) {
                    objects.add(item.at("/metadata/namespace").asText() + "/" + item.at("/metadata/name").asText() + "@" + item.at("/metadata/resourceVersion").asText());
                }
            }
            state.put(path, objects);
        }
        return state;
    }
}
