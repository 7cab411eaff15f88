package io.moka.apiserver.front.authz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.testing.RawConnection;
import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every method on every form of path, with and without `watch`: the verb that the server asks for is the one that Kubernetes documents, and what is no
/// documented form is served to nobody.
final class AuthorizationTableTest {
    private static final List<String> VERBS = List.of("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection");
    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "WATCH", "LIST", "get");
    /// A wrong revision keeps a watch from staying open, and nothing that is granted is 403.
    private static final List<String> QUERIES = List.of("?resourceVersion=zz", "?watch=true&resourceVersion=zz", "?watch&resourceVersion=zz");
    private static final List<String> RESOURCES = List.of("/api/v1/namespaces/tab/pods", "/api/v1/nodes", "/api/v1/namespaces", "/api/v1/namespaces/tab/services",
            "/apis/apps/v1/namespaces/tab/deployments", "/apis/table.example.com/v1/namespaces/tab/widgets");
    /// Each waits for most of a request's time, so several share the processors.
    private static final int CALLERS = 8;
    private static final List<String> BELOW = List.of("", "/x", "/x/status", "/x/scale", "/x/log", "/x/exec", "/x/attach", "/x/portforward", "/x/proxy", "/x/proxy/a/watch/b", "/x/eviction", "/x/finalize");
    private static TestServer server;

    private static final List<UnaryOperator<String>> TRICKS = List.of(
            path -> "/" + path, path -> path.replace("/v1/", "/v1//"), path -> path.replace("/v1/", "/v1/./"), path -> path.replace("/v1/", "/v1/x/../"), path -> path.replace("/v1/", "/v1/%2e/"),
            path -> path.replace("/v1/", "/v1/x/%2e%2e/"), path -> path.replace("/v1/", "/v1%2f%2f"), path -> path.replace("/v1/", "/v1/%2f"), path -> path + "//", path -> path.replace("/v1/", "/v1;a=b/"),
            path -> path + ";watch=true", path -> path.replaceFirst("/(pods|nodes|namespaces|services|deployments|widgets)", "/$1;a"), path -> path.replace("/v1/", "/V1/"), path -> path.toUpperCase(java.util.Locale.ROOT),
            path -> path.replace("/v1/", "/v1/namespaces/tab/namespaces/"), path -> path.replace("/v1/", "/v1/watch/watch/"), path -> path.replace("/v1/", "/v1/proxy/"), path -> path.replace("/v1/", "/v1/WATCH/"));

    @BeforeAll
    static void start() {
        server = TestServer.start();
        server.namespace("tab");
        String widgets = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        assertEquals(201, server.admin().post(widgets, "{\"metadata\":{\"name\":\"widgets.table.example.com\"},\"spec\":{\"group\":\"table.example.com\",\"scope\":\"Namespaced\",\"names\":{\"plural\":\"widgets\",\"kind\":\"Widget\"},"
                + "\"versions\":[{\"name\":\"v1\",\"served\":true,\"storage\":true,\"subresources\":{\"status\":{},\"scale\":{\"specReplicasPath\":\".spec.n\",\"statusReplicasPath\":\".status.n\"}},"
                + "\"schema\":{\"openAPIV3Schema\":{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true}}}]}}").code());
        TestServer.await("widgets are served", () -> server.admin().get("/apis/table.example.com/v1/namespaces/tab/widgets").code() == 200);
        for (String verb : VERBS) {
            grant("only-" + verb, List.of(verb));
            grant("but-" + verb, VERBS.stream().filter(other -> !other.equals(verb)).toList());
        }
        grant("get-and-create", List.of("get", "create"));
        grant("all", List.of("*"));
        server.settle();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static void grant(String user, List<String> verbs) {
        String roles = "/apis/rbac.authorization.k8s.io/v1/";
        assertEquals(201, server.admin().post(roles + "clusterroles", "{\"metadata\":{\"name\":\"" + user + "\"},\"rules\":[{\"apiGroups\":[\"*\"],\"resources\":[\"*\"],\"verbs\":[\"" + String.join("\",\"", verbs) + "\"]}]}").code());
        assertEquals(201, server.admin().post(roles + "clusterrolebindings", "{\"metadata\":{\"name\":\"" + user + "\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"ClusterRole\",\"name\":\"" + user
                + "\"},\"subjects\":[{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"User\",\"name\":\"" + user + "\"}]}").code());
    }

    private static TestServer.Answer ask(String user, String method, String path) {
        var request = server.admin().request(path).header("Impersonate-User", user).header("Content-Type", "application/json");
        return server.admin().send(request.method(method, method.equals("GET") || method.equals("HEAD") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}")));
    }

    /// The documented rules, as a table of patterns: independent of how the server reads paths.
    private static final class Oracle {
        private static final String COLLECTION = "/(?:api/v1|apis/[a-z.]+/v1)(/watch)?(?:/namespaces/[a-z]+)?/(pods|nodes|deployments|namespaces|services|widgets)";
        private static final Pattern WHOLE = Pattern.compile(COLLECTION + "(?:/(x))?/?");
        private static final Pattern PART = Pattern.compile(COLLECTION + "/x/(status|scale|log|exec|attach|portforward|eviction|finalize|proxy)(?:(?<=proxy)/.*|/?)");

        /// The verbs that a caller needs; empty when there is no such form.
        static List<String> verbs(String method, String path, String query) {
            Matcher whole = WHOLE.matcher(path);
            boolean watching = query.startsWith("?watch=true") || query.startsWith("?watch&");
            if (whole.matches()) {
                boolean item = whole.group(3) != null;
                if (whole.group(1) != null) {
                    return method.equals("GET") ? List.of("watch") : List.of();
                }
                return switch (method) {
                    case "GET" -> List.of(item ? "get" : watching ? "watch" : "list");
                    case "HEAD" -> List.of(item ? "get" : "list");
                    case "POST" -> List.of("create");
                    case "PUT" -> List.of("update");
                    case "PATCH" -> List.of("patch");
                    case "DELETE" -> List.of(item ? "delete" : "deletecollection");
                    default -> List.of();
                };
            }
            Matcher part = PART.matcher(path);
            if (!part.matches() || part.group(1) != null || part.group(2).equals("namespaces") && !Set.of("status", "finalize").contains(part.group(3))) {
                return List.of();
            }
            boolean process = Set.of("exec", "attach", "portforward").contains(part.group(3)) && part.group(2).equals("pods");
            return switch (method) {
                case "GET", "HEAD" -> process ? List.of("get", "create") : List.of("get");
                case "POST" -> List.of("create");
                case "PUT" -> List.of("update");
                case "PATCH" -> List.of("patch");
                case "DELETE" -> List.of("delete");
                default -> List.of();
            };
        }
    }

    private static List<String> forms() {
        Set<String> forms = new LinkedHashSet<>();
        for (String resource : RESOURCES) {
            for (String below : BELOW) {
                forms.add(resource + below);
                forms.add((resource + below).replace("/v1/", "/v1/watch/"));
            }
        }
        return List.copyOf(forms);
    }

    private record Request(String method, String path, String query) {}

    @Test
    void theVerbAskedForIsTheDocumentedOne() throws Exception {
        List<Request> requests = new ArrayList<>();
        for (String path : forms()) {
            METHODS.forEach(method -> QUERIES.forEach(query -> requests.add(new Request(method, path, query))));
        }
        assertTrue(requests.size() >= 4000, requests.size() + " combinations");
        assertEquals(List.of(), wrong(requests));
    }

    @Test
    void pathsThatAreWrittenOtherwiseAreNotServed() throws Exception {
        List<Request> requests = new ArrayList<>();
        for (UnaryOperator<String> trick : TRICKS) {
            for (String resource : RESOURCES) {
                for (String below : BELOW) {
                    requests.add(new Request("GET", trick.apply(resource + below), "?watch=true&resourceVersion=zz"));
                    requests.add(new Request("POST", trick.apply(resource + below), "?resourceVersion=zz"));
                }
            }
        }
        assertEquals(List.of(), wrong(requests));
    }

    /// Returns what the server does otherwise than the oracle says.
    private static List<String> wrong(List<Request> requests) throws Exception {
        List<String> wrong = new ArrayList<>();
        try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
            List<Callable<List<String>>> checks = new ArrayList<>();
            requests.forEach(request -> checks.add(() -> check(request.method(), request.path(), request.query())));
            for (Future<List<String>> checked : callers.invokeAll(checks)) {
                wrong.addAll(checked.get());
            }
        }
        return wrong;
    }

    private static List<String> check(String method, String path, String query) {
        List<String> wrong = new ArrayList<>();
        List<String> verbs = Oracle.verbs(method, path, query);
        String what = method + " " + path + query;
        if (verbs.isEmpty()) {
            expect(what, "all", ask("all", method, path + query).code(), Set.of(400, 403, 404, 405), wrong);
            return wrong;
        }
        var stranger = ask("nobody", method, path + query);
        if (stranger.code() != 403 || !method.equals("HEAD") && !stranger.body().contains("cannot " + verbs.getFirst() + " resource")) {
            wrong.add(what + " as nobody: " + stranger.code() + " " + stranger.body());
        }
        if (verbs.size() > 1) {
            verbs.forEach(verb -> expect(what, "only-" + verb, ask("only-" + verb, method, path + query).code(), Set.of(403), wrong));
        }
        int granted = ask(verbs.size() > 1 ? "get-and-create" : "only-" + verbs.getFirst(), method, path + query).code();
        if (granted == 403 || granted >= 500) {
            wrong.add(what + " with " + verbs + ": " + granted);
        }
        return wrong;
    }

    private static void expect(String what, String user, int code, Set<Integer> expected, List<String> wrong) {
        if (!expected.contains(code)) {
            wrong.add(what + " as " + user + ": " + code);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/namespaces/tab/pods/x/exec?command=id", "/api/v1/namespaces/tab/pods/x/exec?command=id&watch=true", "/api/v1/namespaces/tab/pods/x/attach", "/api/v1/namespaces/tab/pods/x/portforward",
        "/api/v1/nodes/x/proxy/exec/a/b/c?command=id"})
    void aWebSocketIntoAPodTakesCreate(String path) throws Exception {
        for (String user : new String[] {"only-get", "only-watch", "but-create"}) {
            assertTrue(upgrade(user, path).startsWith("HTTP/1.1 403"), user);
        }
        assertTrue(upgrade("but-create", path).contains("cannot create resource"));
        assertTrue(upgrade("get-and-create", path).startsWith("HTTP/1.1 404"), "there is no such pod or node");
    }

    private static String upgrade(String user, String path) throws Exception {
        try (var connection = RawConnection.tls(server.port(), TestPki.shared().client("admin", "system:masters"))) {
            connection.send("GET " + path + " HTTP/1.1\r\nHost: x\r\nOrigin: x\r\nImpersonate-User: " + user + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eHh4eHh4eHh4eHh4eHh4eA==\r\n\r\n");
            TestServer.await("an answer", () -> {
                try {
                    connection.listen(50);
                } catch (java.io.IOException failed) {
                    throw new java.io.UncheckedIOException(failed);
                }
                return connection.received().contains("}");
            });
            return connection.received();
        }
    }

    /// A name that only the query gives does not count where an object is made.
    @Test
    void aFieldSelectorNamesNothingThatIsCreated() {
        String roles = "/apis/rbac.authorization.k8s.io/v1/";
        server.admin().post(roles + "clusterroles", "{\"metadata\":{\"name\":\"named\"},\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"],\"resourceNames\":[\"mine\"],\"verbs\":[\"*\"]}]}");
        server.admin().post(roles + "clusterrolebindings", "{\"metadata\":{\"name\":\"named\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"ClusterRole\",\"name\":\"named\"},"
                + "\"subjects\":[{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"User\",\"name\":\"named\"}]}");
        server.settle();
        String maps = "/api/v1/namespaces/tab/configmaps?fieldSelector=metadata.name%3Dmine";
        assertEquals(403, ask("named", "POST", maps).code());
        assertEquals(200, ask("named", "GET", maps).code());
        assertEquals(403, ask("named", "GET", maps.replace("mine", "other")).code());
    }

    /// Both ways: each verb that discovery documents is served, and none that it does not document.
    @Test
    void documentedVerbsAreTheOnesServed() {
        List<String> wrong = new ArrayList<>();
        Set<String> used = new TreeSet<>();
        for (String group : groups()) {
            for (JsonNode resource : server.admin().get(group).json().path("resources")) {
                Set<String> documented = new TreeSet<>();
                resource.path("verbs").forEach(verb -> documented.add(verb.asText()));
                used.addAll(documented);
                for (String verb : VERBS) {
                    String path = path(group, resource, verb);
                    if (path.isEmpty()) {
                        continue;
                    }
                    var answer = ask("all", method(verb), path);
                    boolean served = answer.code() != 405 && !(answer.code() == 404 && answer.text("message").equals("the server could not find the requested resource"));
                    if (served != documented.contains(verb)) {
                        wrong.add(verb + " " + path + ": " + answer.code() + " " + answer.body());
                    }
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertEquals(new TreeSet<>(VERBS), used);
    }

    /// The roles that every cluster has name no verb that nothing asks for.
    @Test
    void rolesNameDocumentedVerbsAlone() {
        Set<String> documented = new TreeSet<>(VERBS);
        documented.addAll(List.of("*", "approve", "sign", "attest", "use", "bind", "escalate", "impersonate", "post", "put", "head", "options", "request-serviceaccounts-token-audience"));
        // upstream's role system:kubelet-api-admin names it for nodes, though no request asks for it any more
        documented.add("proxy");
        Set<String> named = new TreeSet<>();
        server.admin().get("/apis/rbac.authorization.k8s.io/v1/clusterroles").json().path("items").forEach(role -> role.path("rules").forEach(rule -> rule.path("verbs").forEach(verb -> named.add(verb.asText()))));
        assertTrue(named.containsAll(VERBS), named.toString());
        named.removeAll(documented);
        assertEquals(Set.of(), named);
    }

    private static List<String> groups() {
        List<String> paths = new ArrayList<>(List.of("/api/v1"));
        server.admin().get("/apis").json().path("groups").forEach(group -> group.path("versions").forEach(version -> paths.add("/apis/" + version.path("groupVersion").asText())));
        return paths;
    }

    /// Empty where the verb and this resource make no path.
    private static String path(String group, JsonNode resource, String verb) {
        String[] parts = resource.path("name").asText().split("/");
        boolean collection = parts.length == 1 && Set.of("list", "watch", "create", "deletecollection").contains(verb);
        if (parts.length == 2 && Set.of("list", "watch", "deletecollection").contains(verb)) {
            return "";
        }
        String namespace = resource.path("namespaced").asBoolean() ? "/namespaces/tab" : "";
        return group + namespace + "/" + parts[0] + (collection ? "" : "/x") + (parts.length == 2 ? "/" + parts[1] : "")
                + "?resourceVersion=zz&dryRun=All" + (verb.equals("watch") ? "&watch=true" : "") + (verb.equals("deletecollection") ? "&labelSelector=none" : "");
    }

    private static String method(String verb) {
        return switch (verb) {
            case "create" -> "POST";
            case "update" -> "PUT";
            case "patch" -> "PATCH";
            case "delete", "deletecollection" -> "DELETE";
            default -> "GET";
        };
    }
}
