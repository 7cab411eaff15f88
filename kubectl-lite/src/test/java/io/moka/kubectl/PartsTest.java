package io.moka.kubectl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.ResourceType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The parts of the commands that need no server.
class PartsTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Kind DEPLOYMENT = new Kind(ResourceType.generic("apps", "v1", "deployments", "Deployment", true), "deployment", List.of());

    @TempDir
    private Path folder;

    private static ObjectNode json(String text) throws IOException {
        return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'a':1} | {'a':2} | {'a':2}", "{'a':1,'b':2} | {'a':1} | {'a':1,'b':null}", "{} | {'a':{'b':1}} | {'a':{'b':1}}",
        "{'m':{'x':1,'y':2}} | {'m':{'y':2}} | {'m':{'y':2,'x':null}}",
        "{'containers':[{'name':'a','image':'x'},{'name':'b'}]} | {'containers':[{'name':'a'}]} | {'containers':[{'name':'a','image':null},{'$patch':'delete','name':'b'}]}",
        "{'ports':[{'port':80}]} | {'ports':[{'port':81}]} | {'ports':[{'port':81},{'$patch':'delete','port':80}]}",
        "{'args':['a','b']} | {'args':['c']} | {'args':['c']}", "{'env':[{'name':'A','value':'1'}]} | {'env':[]} | {'env':[]}"})
    void applySendsWhatIsNewAndDeletesWhatOnlyTheLastTextSaid(String last, String wanted, String patch) throws IOException {
        assertEquals(json(patch), new ThreeWay(true).patch(json(last), json(wanted)));
    }

    @Test
    void withoutKeysListsAreReplaced() throws IOException {
        assertEquals(json("{'containers':[{'name':'a'}]}"), new ThreeWay(false).patch(json("{'containers':[{'name':'b'}]}"), json("{'containers':[{'name':'a'}]}")));
        assertEquals(json("{'a':1}"), new ThreeWay(true).patch(null, json("{'a':1}")));
    }

    private static List<ObjectNode> parse(String text) throws IOException {
        var objects = new ArrayList<ObjectNode>();
        Manifests.parse(text, "test", objects);
        return objects;
    }

    @Test
    void manifestsMayHoldManyDocumentsListsAndAnchors() throws IOException {
        var objects = parse("""
                # a comment
                ---
                kind: A
                ---
                ---
                kind: List
                items: [{kind: B}, {kind: C}]
                ---
                kind: D
                base: &base {x: 1, y: "01"}
                other: *base
                """);
        assertEquals(List.of("A", "B", "C", "D"), objects.stream().map(object -> object.path("kind").asText()).toList());
        assertEquals(objects.get(3).get("base"), objects.get(3).get("other"));
        assertTrue(objects.get(3).at("/other/y").isTextual());
        assertEquals(1, parse("{\"kind\":\"A\"}").size());
        assertEquals(0, parse("").size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: [", "a: b: c", "- x", "text", "kind: List\nitems: [7]", "kind: List\nitems: [null]", "a: *none & x", "{\"kind\":"})
    void aBadManifestIsAUsageErrorInOneLine(String text) {
        var refusal = assertThrows(UsageException.class, () -> parse(text));
        assertTrue(refusal.getMessage().lines().count() == 1, refusal.getMessage());
    }

    @Test
    @Timeout(20)
    void aBombOfAliasesIsRefused() {
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, String.join(",", java.util.Collections.nCopies(10, "*a" + (i - 1)))));
        }
        assertThrows(UsageException.class, () -> parse(bomb.toString()));
    }

    @Test
    void foldersAreReadInOrderAndWhatIsMissingIsNamed() throws IOException {
        Files.writeString(folder.resolve("2.yaml"), "kind: B");
        Files.writeString(folder.resolve("1.yml"), "kind: A");
        Files.writeString(folder.resolve("notes.txt"), "nothing");
        assertEquals(List.of("A", "B"), Manifests.read(List.of(folder.toString())).stream().map(object -> object.path("kind").asText()).toList());
        assertTrue(assertThrows(UsageException.class, () -> Manifests.read(List.of("/no/such/file"))).getMessage().contains("/no/such/file"));
        assertTrue(assertThrows(UsageException.class, () -> Manifests.read(List.of(Files.createDirectory(folder.resolve("empty")).toString()))).getMessage().startsWith("no objects in"));
    }

    @Test
    void columnsLineUp() {
        var out = new ByteArrayOutputStream();
        Columns.print(List.of(List.of("NAME", "AGE"), List.of("a-long-name", "3s"), List.of("b", "")), new PrintStream(out));
        assertEquals("NAME          AGE\na-long-name   3s\nb\n", out.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'observedGeneration':1} | Waiting | Waiting for deployment spec update to be observed...",
        "{'observedGeneration':2,'updatedReplicas':1,'replicas':3} | Waiting | Waiting for deployment \"web\" rollout to finish: 1 out of 3 new replicas have been updated...",
        "{'observedGeneration':2,'updatedReplicas':3,'replicas':4} | Waiting | Waiting for deployment \"web\" rollout to finish: 1 old replicas are pending termination...",
        "{'observedGeneration':2,'updatedReplicas':3,'replicas':3,'availableReplicas':2} | Waiting | Waiting for deployment \"web\" rollout to finish: 2 of 3 updated replicas are available...",
        "{'observedGeneration':2,'updatedReplicas':3,'replicas':3,'availableReplicas':3} | Complete | deployment \"web\" successfully rolled out",
        "{'observedGeneration':2,'conditions':[{'type':'Progressing','reason':'ProgressDeadlineExceeded'}]} | Failed | deployment \"web\" exceeded its progress deadline"})
    void rolloutsAreDescribedInKubectlsWords(String status, String kind, String message) throws IOException {
        var deployment = json("{'metadata':{'name':'web','generation':2},'spec':{'replicas':3}}");
        deployment.set("status", json(status));
        var progress = RolloutProgress.of(DEPLOYMENT, deployment);
        assertEquals(kind, progress.getClass().getSimpleName());
        assertEquals(message, progress.message());
    }

    private static String printed(String form, JsonNode object) throws IOException {
        var out = new ByteArrayOutputStream();
        Output.parse(form).print((ObjectNode) object, Kind.named(new Connection(), "pods"), new PrintStream(out));
        return out.toString();
    }

    @Test
    void everyFormOfOutput() throws IOException {
        var list = json("{'kind':'List','items':[{'metadata':{'name':'a'},'n':1},{'metadata':{'name':'b'}}]}");
        assertEquals("pod/a\npod/b\n", printed("name", list));
        assertEquals("a b", printed("jsonpath={.items[*].metadata.name}", list));
        assertEquals("NAME   N\na      1\nb      <none>\n", printed("custom-columns=NAME:.metadata.name,N:.n", list));
        assertEquals(list, JSON.readTree(printed("json", list)));
        assertEquals("kind: ConfigMap\ndata:\n  a: \"1\"\n", printed("yaml", json("{'kind':'ConfigMap','data':{'a':'1'}}")));
        assertInstanceOf(Output.Table.class, Output.parse("wide"));
        assertThrows(UsageException.class, () -> Output.parse("xml"));
        assertThrows(UsageException.class, () -> Output.parse("custom-columns=NAME"));
    }

    @ParameterizedTest
    @CsvSource({"po, pod", "Pod, pod", "pods, pod", "deploy, deployment.apps", "deployments.apps, deployment.apps", "svc, service", "no, node"})
    void usualKindsNeedNoServer(String name, String qualified) {
        assertEquals(qualified, Kind.named(new Connection(), name).qualified());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"pod web | pod/web", "pod web other | pod/web pod/other", "pod/web svc/x | pod/web service/x", "pods,services | pod/ service/", "deploy/web | deployment.apps/web"})
    void argumentsNameObjects(String arguments, String targets) {
        assertEquals(List.of(targets.split(" ")), Target.parse(new Connection(), List.of(arguments.split(" "))).stream().map(Target::toString).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pod/", "pod/web other"})
    void argumentsThatNameNothingAreAUsageError(String arguments) {
        assertThrows(UsageException.class, () -> Target.parse(new Connection(), List.of(arguments.split(" "))));
        assertThrows(UsageException.class, () -> Target.parse(new Connection(), List.of()));
        assertThrows(UsageException.class, () -> Target.one(new Connection(), List.of("pods")));
    }

    @ParameterizedTest
    @CsvSource({"5s, 5", "2m, 120", "3h, 10800"})
    void durationsAreSeconds(String text, long seconds) {
        assertEquals(seconds, LogsCommand.seconds(text));
        assertThrows(UsageException.class, () -> LogsCommand.seconds(text + "x"));
    }
}
