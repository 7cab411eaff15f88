package io.moka.apiserver.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// Makes requests out of good ones by spoiling a little of each, from one seed.
public final class FuzzCases {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> METHODS = List.of("GET", "GET", "POST", "POST", "POST", "PUT", "PUT", "PATCH", "PATCH", "PATCH", "DELETE", "HEAD", "OPTIONS", "PURGE");
    private static final List<String> PATCH_TYPES = List.of("application/json-patch+json", "application/merge-patch+json",
            "application/strategic-merge-patch+json", "application/apply-patch+yaml");
    private static final List<String> BODY_TYPES = List.of("application/json", "application/json", "application/json", "application/yaml",
            "application/vnd.kubernetes.protobuf", "text/plain", "", "application/json;charset=utf-8", "application/cbor");
    private static final List<String> ACCEPTS = List.of("application/json", "application/json", "application/yaml", "*/*", "text/html",
            "application/json;as=Table;v=v1;g=meta.k8s.io", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json",
            "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io", "application/vnd.kubernetes.protobuf", "application/json;q=2;;,", ";", ",,,");
    private static final List<String> PARAMETERS = List.of("limit", "continue", "resourceVersion", "resourceVersionMatch", "labelSelector", "fieldSelector", "dryRun",
            "fieldValidation", "fieldManager", "force", "propagationPolicy", "gracePeriodSeconds", "orphanDependents", "pretty", "timeout", "includeObject", "allowWatchBookmarks");
    private static final String BIG = "2147483648";
    private static final List<String> VALUES = List.of("", "0", "1", "-1", "true", "false", "All", "None", "Strict", "Warn", "Ignore", "Exact", "NotOlderThan", "Foreground",
            "Orphan", "a=b", "a!=b", "a in (b,c)", "!a", "a,,b", "metadata.name=x", "spec.nodeName=", "status.phase!=Running", "99999999999999999999", "1e9", "%00", "\u0000",
            "x".repeat(300), "äöü", "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhIn0", "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTEsInN0YXJ0IjoiLi4vIn0", "1s", "10m", "-5s", "*", "(((", BIG);
    private static final List<String> STRINGS = List.of("", "x", "UPPER", "a/b", "../..", "a b", "10Gi", "1.5", "-1", "100m", "1e400", "\u0000", "𝒳", "x".repeat(64), "x".repeat(254), "{{}}",
            "true", "null", "2020-01-01T00:00:00Z", "yesterday", "10.0.0.1", "::1", "256.1.1.1", "127.0.0.1", "http", "Always", "ClusterIP", "NodePort", "None", "^(a+)+$", "spec.containers[0]", "$(X)", "%s%n", "0x1F");

    private final Random random;
    private final String namespace;
    private final String base;
    private final Map<String, String> victims = new LinkedHashMap<>();
    private final Set<String> accepted = new HashSet<>();
    private int serial;

    public FuzzCases(Random random, String namespace) {
        this.random = random;
        this.namespace = namespace;
        base = "/api/v1/namespaces/" + namespace;
        String pod = "\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\",\"ports\":[{\"containerPort\":80}],\"env\":[{\"name\":\"A\",\"value\":\"b\"}],"
                + "\"resources\":{\"requests\":{\"cpu\":\"100m\",\"memory\":\"64Mi\"}},\"livenessProbe\":{\"httpGet\":{\"path\":\"/\",\"port\":80}}}],\"tolerations\":[{\"key\":\"a\",\"operator\":\"Exists\"}],"
                + "\"volumes\":[{\"name\":\"v\",\"configMap\":{\"name\":\"m\"}}],\"affinity\":{\"nodeAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":{\"nodeSelectorTerms\":"
                + "[{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\",\"values\":[\"b\"]}]}]}}}}";
        String template = "\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}}," + pod + "}";
        victim(base + "/configmaps", "\"data\":{\"a\":\"b\"},\"binaryData\":{\"c\":\"AAAA\"}");
        victim(base + "/secrets", "\"type\":\"Opaque\",\"stringData\":{\"a\":\"b\"}");
        victim(base + "/pods", pod);
        victim(base + "/services", "\"spec\":{\"selector\":{\"a\":\"b\"},\"ports\":[{\"name\":\"http\",\"port\":80,\"targetPort\":\"web\"}],\"sessionAffinity\":\"ClientIP\"}");
        victim(base + "/endpoints", "\"subsets\":[{\"addresses\":[{\"ip\":\"10.1.2.3\"}],\"ports\":[{\"name\":\"http\",\"port\":80}]}]");
        victim(base + "/resourcequotas", "\"spec\":{\"hard\":{\"count/secrets\":\"100000\"}}");
        victim(base + "/limitranges", "\"spec\":{\"limits\":[{\"type\":\"Container\",\"max\":{\"cpu\":\"64\"}}]}");
        victim("/apis/apps/v1/namespaces/" + namespace + "/deployments", "\"spec\":{\"replicas\":1,\"strategy\":{\"rollingUpdate\":{\"maxSurge\":\"25%\"}}," + template + "}");
        victim("/apis/apps/v1/namespaces/" + namespace + "/statefulsets", "\"spec\":{\"serviceName\":\"s\"," + template + "}");
        victim("/apis/batch/v1/namespaces/" + namespace + "/cronjobs", "\"spec\":{\"schedule\":\"*/5 * * * *\",\"jobTemplate\":{\"spec\":{\"template\":{\"spec\":{\"restartPolicy\":\"Never\",\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}}}}");
        victim("/apis/networking.k8s.io/v1/namespaces/" + namespace + "/ingresses", "\"spec\":{\"rules\":[{\"host\":\"a.b\",\"http\":{\"paths\":[{\"path\":\"/\",\"pathType\":\"Prefix\",\"backend\":{\"service\":{\"name\":\"s\",\"port\":{\"number\":80}}}}]}}]}");
        victim("/apis/rbac.authorization.k8s.io/v1/namespaces/" + namespace + "/roles", "\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"pods\"],\"verbs\":[\"get\"]}]");
        victim("/apis/policy/v1/namespaces/" + namespace + "/poddisruptionbudgets", "\"spec\":{\"minAvailable\":1,\"selector\":{\"matchLabels\":{\"a\":\"b\"}}}");
        victim("/apis/discovery.k8s.io/v1/namespaces/" + namespace + "/endpointslices", "\"addressType\":\"IPv4\",\"endpoints\":[{\"addresses\":[\"10.1.2.3\"],\"conditions\":{\"ready\":true}}],\"ports\":[{\"name\":\"a\",\"port\":80}]");
        victim("/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases", "\"spec\":{\"holderIdentity\":\"x\",\"leaseDurationSeconds\":15,\"renewTime\":\"2026-01-01T00:00:00.000000Z\"}");
    }

    private void victim(String collection, String more) {
        victims.put(collection, "{\"metadata\":{\"name\":\"victim\",\"labels\":{\"app\":\"x\"},\"annotations\":{\"k\":\"v\"}}," + more + "}");
    }

    /// The collections that are written to, each with the good object that it holds at first.
    public Map<String, String> victims() {
        return victims;
    }

    /// The objects that answers of success have shown.
    public Set<String> accepted() {
        return accepted;
    }

    /// An object's place and revision.
    public static String identity(JsonNode object) {
        return Json.text(object, "metadata", "uid") + "@" + Json.text(object, "metadata", "resourceVersion");
    }

    /// Remembers what a request that succeeded has made.
    public void answered(FuzzCase request, HttpResponse<String> answer) {
        if (answer.statusCode() < 300 && !request.method().equals("GET") && answer.body().startsWith("{")) {
            try {
                accepted.add(identity(Json.MAPPER.readTree(answer.body())));
            } catch (com.fasterxml.jackson.core.JsonProcessingException notJson) {
                throw new IllegalStateException(notJson);
            }
        }
    }

    private <T> T any(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private boolean oneIn(int chances) {
        return random.nextInt(chances) == 0;
    }

    public FuzzCase next() {
        String collection = any(List.copyOf(victims.keySet()));
        String method = any(METHODS);
        boolean onCollection = method.equals("POST") || oneIn(12);
        String path = onCollection ? collection : collection + "/victim";
        if (method.equals("DELETE")) {
            path = collection + "/" + (oneIn(3) ? "f-" + random.nextInt(Math.max(1, serial)) : "none");
        } else if (oneIn(8)) {
            path += "/" + any(List.of("status", "scale", "log", "exec", "eviction", "finalize", "nonsense", "resize", "ephemeralcontainers", "token", "..", "%2e%2e"));
        }
        if (oneIn(40)) {
            String spoiled = spoil(path);
            path = spoiled.startsWith("/") ? spoiled : "/" + spoiled;
        }
        return new FuzzCase(method, path + query(method), headers(method), body(method, collection, onCollection));
    }

    private String spoil(String path) {
        int at = random.nextInt(path.length());
        String junk = any(List.of("/", "//", "%20", "%ff", "%00", "~", ";a=b", "%2f", "?", "*", "$", "@", "%C3%A4", "x".repeat(200)));
        return path.substring(0, at) + junk + path.substring(at + (oneIn(2) ? 1 : 0));
    }

    private String query(String method) {
        StringBuilder query = new StringBuilder();
        for (int i = oneIn(2) ? 0 : random.nextInt(4); i > 0; i--) {
            String parameter = any(PARAMETERS);
            String value = any(VALUES);
            // a revision of the future is waited for, and then rightly a 504
            boolean future = parameter.equals("resourceVersion") && value.equals(BIG);
            query.append(query.isEmpty() ? "?" : "&").append(parameter).append(oneIn(20) || future ? "" : "=" + URLEncoder.encode(value, UTF_8));
        }
        if (method.equals("PATCH") && oneIn(2)) {
            query.append(query.isEmpty() ? "?" : "&").append("fieldManager=fuzz");
        }
        return query.toString();
    }

    private Map<String, List<String>> headers(String method) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        String type = method.equals("PATCH") && !oneIn(20) ? any(PATCH_TYPES) : oneIn(4) ? any(BODY_TYPES) : "application/json";
        if (!type.isEmpty()) {
            headers.put("Content-Type", List.of(type));
        }
        headers.put("Accept", List.of(any(ACCEPTS)));
        if (method.equals("POST") || method.equals("PUT") || method.equals("PATCH")) {
            headers.put("Accept", List.of("application/json"));
        }
        if (oneIn(25)) {
            headers.put("Authorization", List.of(any(List.of("Bearer x", "Bearer ", "Basic eDp5", "Bearer a.b.c", "Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer " + "x".repeat(5000), "bearer", "Bearer \u00e4"))));
        }
        if (oneIn(40)) {
            headers.put(any(List.of("Impersonate-User", "Impersonate-Group", "Impersonate-Extra-x", "X-Remote-User", "X-Stream-Protocol-Version", "Accept-Encoding", "If-Match", "Range", "User-Agent")), List.of(any(STRINGS).replaceAll("[^\\x20-\\x7e]", "?")));
        }
        return headers;
    }

    private byte[] body(String method, String collection, boolean onCollection) {
        return switch (method) {
            case "POST", "PUT" -> document(good(collection, onCollection && method.equals("POST")));
            case "PATCH" -> oneIn(3) ? jsonPatch(collection) : document(part(good(collection, false)));
            case "DELETE" -> oneIn(2) ? new byte[0] : document(read("{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"gracePeriodSeconds\":0,\"propagationPolicy\":\"Background\",\"preconditions\":{\"uid\":\"x\"}}"));
            default -> new byte[0];
        };
    }

    private ObjectNode good(String collection, boolean fresh) {
        ObjectNode object = read(victims.get(collection));
        if (fresh) {
            ((ObjectNode) object.get("metadata")).put("name", "f-" + serial++);
        }
        return object;
    }

    private static ObjectNode read(String text) {
        return Json.read(text.getBytes(UTF_8));
    }

    /// A patch of only a few fields.
    private ObjectNode part(ObjectNode object) {
        if (oneIn(2)) {
            object.remove("metadata");
        }
        return object;
    }

    /// A good object, or one that somebody spoiled a little.
    public byte[] spoiled(ObjectNode good) {
        return document(good);
    }

    private byte[] document(ObjectNode object) {
        JsonNode spoiled = object;
        for (int i = random.nextInt(4); i > 0; i--) {
            spoiled = mutate(spoiled, 0);
        }
        byte[] bytes = Json.write(spoiled);
        if (oneIn(15)) {
            for (int i = 1 + random.nextInt(5); i > 0 && bytes.length > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
        }
        return oneIn(30) ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes;
    }

    /// Changes something somewhere in the tree.
    private JsonNode mutate(JsonNode node, int depth) {
        if (node instanceof ObjectNode object && !object.isEmpty() && random.nextInt(10) > depth) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = any(names);
            switch (random.nextInt(12)) {
                case 0 -> object.remove(name);
                case 1 -> object.set(any(STRINGS), object.get(name));
                case 2 -> object.set(name + "x", junk(0));
                default -> object.set(name, mutate(object.get(name), depth + 1));
            }
            return object;
        }
        if (node instanceof ArrayNode list && !list.isEmpty() && random.nextInt(10) > depth) {
            int index = random.nextInt(list.size());
            switch (random.nextInt(8)) {
                case 0 -> list.remove(index);
                case 1 -> list.add(list.get(index).deepCopy());
                case 2 -> list.add(junk(0));
                default -> list.set(index, mutate(list.get(index), depth + 1));
            }
            return list;
        }
        return junk(0);
    }

    private JsonNode junk(int depth) {
        return switch (random.nextInt(depth > 3 ? 8 : 11)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(random.nextBoolean());
            case 2 -> NODES.numberNode(random.nextInt(200) - 20);
            case 3 -> NODES.numberNode(random.nextLong());
            case 4 -> NODES.numberNode(random.nextGaussian() * 1e6);
            case 5, 6, 7 -> NODES.textNode(any(STRINGS));
            case 8 -> NODES.arrayNode().add(junk(depth + 1)).add(junk(depth + 1));
            case 9 -> NODES.objectNode().set(any(STRINGS), junk(depth + 1));
            default -> oneIn(20) ? deep() : NODES.objectNode();
        };
    }

    private static JsonNode deep() {
        ObjectNode root = NODES.objectNode();
        ObjectNode at = root;
        for (int i = 0; i < 400; i++) {
            at = at.putObject("a");
        }
        return root;
    }

    private byte[] jsonPatch(String collection) {
        List<String> paths = new ArrayList<>(List.of("", "/", "/metadata/labels/x", "/metadata/name", "/metadata/uid", "/metadata/managedFields", "/kind", "/status", "/none/none", "/spec/-", "/~1", "/~2"));
        collect(read(victims.get(collection)), "", paths);
        ArrayNode patch = NODES.arrayNode();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            ObjectNode operation = patch.addObject().put("op", any(List.of("add", "remove", "replace", "move", "copy", "test", "fly"))).put("path", any(paths));
            if (!oneIn(8)) {
                operation.set("value", junk(0));
            }
            if (oneIn(3)) {
                operation.put("from", any(paths));
            }
        }
        return oneIn(20) ? document(NODES.objectNode().set("x", patch)) : Json.write(patch);
    }

    private static void collect(JsonNode node, String path, List<String> paths) {
        node.properties().forEach(field -> {
            paths.add(path + "/" + field.getKey());
            collect(field.getValue(), path + "/" + field.getKey(), paths);
        });
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            paths.add(path + "/" + i);
            collect(node.get(i), path + "/" + i, paths);
        }
    }

    public String namespace() {
        return namespace;
    }
}
