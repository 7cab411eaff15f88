package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.testing.FuzzCase;
import io.moka.apiserver.testing.FuzzCases;
import io.moka.apiserver.testing.TestServer;
import io.moka.apiserver.testing.Trees;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Seeded nonsense for what changes the server itself: definitions, policies, webhooks, and for who asks: tokens, impersonation.
/// `-Dmoka.fuzz.extensions` and `-Dmoka.fuzz.seed` choose other runs.
final class ExtensionFuzzTest {
    private static final int CASES = Integer.getInteger("moka.fuzz.extensions", 800);
    private static final long SEED = Long.getLong("moka.fuzz.seed", 20_261_125L);
    private static final String ADMISSION = "/apis/admissionregistration.k8s.io/v1/";
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final List<String> PIECES = List.of("object", "oldObject", "self", "request", "params", "variables.v", ".metadata", ".spec", ".data", "['a']", "[0]", "1", "-9223372036854775808", "1.5",
            "'a'", "b'a'", "null", "true", " + ", " == ", " && ", " in ", " ? ", " : ", "(", ")", "[", "]", "{", "}", "has(", "size(", ".all(x, ", ".map(x, ", ".matches('(a+)+$')", ".split('')", "dyn(", "quantity('x')",
            "url(", "ip('1')", "cidr('1/2')", "duration('1s')", "timestamp(", "int(", " / 0", "Object{", "JSONPatch{", "optional.of(", ".?a", ".orValue(1)", "authorizer", "\\", "\"", "ä");
    private static final String CONSTRAINTS = "matchConstraints: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: fuzzed}}, resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: ['*'], resources: [configmaps]}]}";
    private static final Map<String, String> GOOD = good();

    private static TestServer server;
    private static TestServer.Caller nobody;

    private final Random random = new Random(SEED);
    private final FuzzCases spoiler = new FuzzCases(random, "fuzzed");
    private final List<String> complaints = new ArrayList<>();
    private final TreeMap<Integer, Integer> codes = new TreeMap<>();

    private static Map<String, String> good() {
        Map<String, String> good = new LinkedHashMap<>();
        good.put(ADMISSION + "validatingadmissionpolicies", "{metadata: {name: f}, spec: {" + CONSTRAINTS + ", variables: [{name: v, expression: EXPR}], matchConditions: [{name: m, expression: EXPR}], "
                + "validations: [{expression: EXPR, messageExpression: EXPR}], auditAnnotations: [{key: a, valueExpression: EXPR}]}}");
        good.put(ADMISSION + "validatingadmissionpolicybindings", "{metadata: {name: f}, spec: {policyName: f, validationActions: [Deny, Audit], matchResources: {objectSelector: {matchLabels: {a: b}}}}}");
        good.put(ADMISSION + "mutatingadmissionpolicies", "{metadata: {name: f}, spec: {reinvocationPolicy: Never, " + CONSTRAINTS + ", variables: [{name: v, expression: EXPR}], "
                + "mutations: [{patchType: JSONPatch, jsonPatch: {expression: EXPR}}, {patchType: ApplyConfiguration, applyConfiguration: {expression: EXPR}}]}}");
        good.put(ADMISSION + "mutatingadmissionpolicybindings", "{metadata: {name: f}, spec: {policyName: f, paramRef: {name: x, parameterNotFoundAction: Allow}}}");
        // a webhook that is there would rightly make the server fail others' requests
        good.put(ADMISSION + "validatingwebhookconfigurations?dryRun=All", "{metadata: {name: f}, webhooks: [{name: a.b.c, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {url: 'https://127.0.0.1:1/x', caBundle: AAAA}, "
                + "timeoutSeconds: 5, rules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}], matchConditions: [{name: m, expression: EXPR}]}]}");
        good.put(DEFINITIONS, "{metadata: {name: fs.example.com}, spec: {group: example.com, scope: Namespaced, names: {plural: fs, kind: F}, versions: [{name: v1, served: true, storage: true, "
                + "schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {a: {type: integer, default: 1, minimum: 0}, b: {type: string, pattern: '^a*$', format: date}, c: {type: array, maxItems: 5, "
                + "x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [n], items: {type: object, required: [n], properties: {n: {type: string}}}}}, x-kubernetes-validations: [{rule: EXPR, messageExpression: EXPR}]}}}}, "
                + "subresources: {status: {}, scale: {specReplicasPath: .spec.a, statusReplicasPath: .status.a}}, additionalPrinterColumns: [{name: A, type: integer, jsonPath: '.spec.a'}]}]}}");
        good.put("/apis/example.com/v1/namespaces/fuzzed/fs", "{apiVersion: example.com/v1, kind: F, metadata: {name: f}, spec: {a: 2, b: aa, c: [{n: x}]}}");
        good.put("/api/v1/namespaces/fuzzed/configmaps", "{metadata: {name: f, labels: {a: b}}, data: {a: b}}");
        good.put("/apis/authorization.k8s.io/v1/subjectaccessreviews", "{spec: {user: x, resourceAttributes: {verb: get, resource: pods, fieldSelector: {requirements: [{key: a, operator: In, values: [b]}]}}}}");
        good.put("/apis/authentication.k8s.io/v1/tokenreviews", "{spec: {token: a.b.c, audiences: [x]}}");
        good.put("/api/v1/namespaces", "{metadata: {name: f, labels: {pod-security.kubernetes.io/enforce: restricted, pod-security.kubernetes.io/enforce-version: v1.30}}}");
        good.put("/apis/apiregistration.k8s.io/v1/apiservices?dryRun=All", "{metadata: {name: v1.f.x}, spec: {group: f.x, version: v1, groupPriorityMinimum: 1, versionPriority: 1, service: {name: a, namespace: b}}}");
        return good;
    }

    @BeforeAll
    static void start() {
        server = TestServer.start();
        server.namespace("fuzzed");
        nobody = server.anonymous();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    @Timeout(900)
    void nothingThatChangesTheServerMakesItFail() {
        List<String> collections = List.copyOf(GOOD.keySet());
        for (int i = 0; i < CASES && complaints.size() < 20; i++) {
            String collection = any(collections);
            switch (random.nextInt(6)) {
                case 0 -> send("PATCH", named(collection) + (collection.contains("?") ? "&" : "?") + "fieldManager=f&force=true", "application/apply-patch+yaml", owned(collection), Map.of());
                case 1 -> send("DELETE", named(collection), "application/json", new byte[0], Map.of());
                case 2 -> send("POST", collection, "application/vnd.kubernetes.protobuf", protobuf(), Map.of());
                case 3 -> send("GET", collection.replaceAll("\\?.*", "") + "?limit=1&continue=" + continuation() + "&resourceVersion=" + any(List.of("", "0", "1", "-1", "x")), "application/json", new byte[0], stranger());
                default -> send("POST", collection, "application/json", spoiler.spoiled(object(collection)), random.nextInt(10) == 0 ? stranger() : Map.of());
            }
        }
        assertEquals(List.of(), complaints, () -> "seed " + SEED + ": " + String.join("\n", complaints));
        assertTrue(codes.getOrDefault(201, 0) > 0 && codes.getOrDefault(422, 0) > 0 && codes.getOrDefault(401, 0) > 0, "the cases are too much alike: " + codes);
        assertEquals(200, server.admin().get("/readyz").code());
    }

    private void send(String method, String path, String type, byte[] body, Map<String, List<String>> more) {
        Map<String, List<String>> headers = new LinkedHashMap<>(Map.of("Content-Type", List.of(type)));
        headers.putAll(more);
        FuzzCase request = new FuzzCase(method, path, headers, body);
        long start = System.nanoTime();
        // a certificate would count before a token
        HttpResponse<String> answer = more.containsKey("Authorization") ? nobody.sendRaw(request) : server.sendRaw(request);
        long tookSeconds = (System.nanoTime() - start) / 1_000_000_000;
        codes.merge(answer.statusCode(), 1, Integer::sum);
        if (answer.statusCode() >= 500 || tookSeconds >= 5) {
            complaints.add(answer.statusCode() + " after " + tookSeconds + " s for " + request + ": " + answer.body());
        }
    }

    private <T> T any(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static String named(String collection) {
        int query = collection.indexOf('?');
        String name = collection.equals(DEFINITIONS) ? "/fs.example.com" : collection.contains("apiservices") ? "/v1.f.x" : "/f";
        return query < 0 ? collection + name : collection.substring(0, query) + name + collection.substring(query);
    }

    private ObjectNode object(String collection) {
        String[] parts = GOOD.get(collection).split("EXPR", -1);
        StringBuilder text = new StringBuilder(parts[0]);
        for (int i = 1; i < parts.length; i++) {
            text.append('\'').append(expression().replace("'", "''")).append('\'').append(parts[i]);
        }
        return Trees.object(text.toString());
    }

    private String expression() {
        if (random.nextInt(3) == 0) {
            return any(List.of("true", "object.data.a == 'b'", "[1, 2, 3].map(x, [1, 2, 3].map(y, x * y)).size() > 0", "string(1 / 0)", "'x'", "[JSONPatch{op: 'add', path: '/data/' + 'a~1', value: 'x'}]", "Object{data: {'a': 'c'}}"));
        }
        StringBuilder expression = new StringBuilder();
        for (int i = random.nextInt(12); i >= 0; i--) {
            expression.append(any(PIECES));
        }
        return expression.toString();
    }

    private byte[] owned(String collection) {
        ObjectNode object = object(collection);
        if (random.nextBoolean()) {
            object.withObject("/metadata").putArray("managedFields").add(Trees.object("{manager: x, operation: Apply, apiVersion: v1, fieldsType: FieldsV1, fieldsV1: {'f:data': {'f:a': {}, 'k:{\"n\":1': {}, 'v:x': {}, 'i:-1': {}}}}"));
        }
        return spoiler.spoiled(object);
    }

    /// A `ConfigMap` in its envelope, or what is left of it.
    private byte[] protobuf() {
        byte[] message = "k8s\u0000\n\u000f\n\u0002v1\u0012\tConfigMap\u0012\u0010\n\u0005\n\u0001f\u0012\u0000\u0012\u0006\n\u0001a\u0012\u0001b\u001a\u0000\"\u0000".getBytes(UTF_8);
        for (int i = random.nextInt(4); i > 0; i--) {
            message[random.nextInt(message.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(3) == 0 ? Arrays.copyOf(message, random.nextInt(message.length)) : message;
    }

    private String continuation() {
        // none of the future, which is waited for, and then rightly a 504
        String json = "{\"v\":\"meta.k8s.io/v1\",\"rv\":" + any(List.of("1", "-1", "0", "1e5", "-9223372036854775808", "1.5", "null")) + ",\"start\":\"" + any(List.of("a", "", "/", "\\u0000", "x".repeat(2000), "..", "fuzzed/f")) + "\"}";
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
        return random.nextInt(4) == 0 ? token.substring(random.nextInt(token.length())) : token;
    }

    /// Headers of somebody else, or of nobody.
    private Map<String, List<String>> stranger() {
        return switch (random.nextInt(4)) {
            case 0 -> Map.of("Authorization", List.of("Bearer " + token()));
            case 1 -> Map.of("Impersonate-User", List.of(any(List.of("", "x", "system:serviceaccount:a:b", "system:serviceaccount::", "system:node:", "x".repeat(3000)))), "Impersonate-Group", List.of("a", "", "system:masters"));
            case 2 -> Map.of("Impersonate-" + any(List.of("Group", "Uid", "Extra-a%zz", "Extra-", "Extra-a%2fb", "Extra-A.B/c".replace('/', '-'))), List.of("x"));
            default -> Map.of("Accept", List.of(any(List.of("application/json;as=Table;v=v1;g=meta.k8s.io", "a/b;q=", ";;,,", "application/vnd.kubernetes.protobuf", "application/cbor", "*/*;as=x"))));
        };
    }

    private String token() {
        String header = any(List.of("{\"alg\":\"none\"}", "{\"alg\":\"HS256\"}", "{\"alg\":\"RS256\",\"kid\":null}", "{\"alg\":[1]}", "{\"alg\":\"RS256\",\"crit\":[\"x\"],\"b64\":false}", "[]", "", "{\"alg\":\"RS256\",\"jwk\":{\"kty\":\"RSA\"}}", "{".repeat(3000)));
        String claims = any(List.of("{}", "{\"iss\":\"https://kubernetes.default.svc.cluster.local\",\"sub\":\"system:serviceaccount:a:b\"}", "{\"iss\":1,\"aud\":{},\"exp\":\"x\"}", "[]", "null", "{\"exp\":1e400}"));
        String signature = any(List.of("", "x", "AAAA", "A".repeat(342), "!!"));
        return encoded(header) + "." + encoded(claims) + "." + signature;
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }
}
