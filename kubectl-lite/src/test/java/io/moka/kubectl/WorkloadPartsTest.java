package io.moka.kubectl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.ResourceType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.AutoComplete;

/// The parts of the commands for workloads and nodes that need no server.
class WorkloadPartsTest {

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"5s, 5000", "1m30s, 90000", "250ms, 250", "1.5h, 5400000", "7, 7000", "0s, 0", "-1s, -1000"})
    void durationsAreGos(String text, long millis) {
        assertEquals(Duration.ofMillis(millis), Limit.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "5 s", "5d", "s", "1h-5m"})
    void otherTextsAreNoDurations(String text) {
        assertThrows(UsageException.class, () -> Limit.parse(text));
    }

    private static RolloutProgress progress(String kind, String object) {
        return RolloutProgress.of(new Kind(ResourceType.generic("apps", "v1", "x", kind, true), "x", List.of()), json(object));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "DaemonSet | {'observedGeneration':1,'desiredNumberScheduled':3,'updatedNumberScheduled':3,'numberAvailable':3} | Waiting for daemon set spec update to be observed...",
        "DaemonSet | {'observedGeneration':2,'desiredNumberScheduled':3,'updatedNumberScheduled':1} | Waiting for daemon set \"s\" rollout to finish: 1 out of 3 new pods have been updated...",
        "DaemonSet | {'observedGeneration':2,'desiredNumberScheduled':3,'updatedNumberScheduled':3,'numberAvailable':2} | Waiting for daemon set \"s\" rollout to finish: 2 of 3 updated pods are available...",
        "DaemonSet | {'observedGeneration':2,'desiredNumberScheduled':3,'updatedNumberScheduled':3,'numberAvailable':3} | daemon set \"s\" successfully rolled out",
        "StatefulSet | {'observedGeneration':1} | Waiting for statefulset spec update to be observed...",
        "StatefulSet | {'observedGeneration':2,'readyReplicas':1} | Waiting for 2 pods to be ready...",
        "StatefulSet | {'observedGeneration':2,'readyReplicas':3,'updatedReplicas':1,'updateRevision':'b','currentRevision':'a'} | waiting for statefulset rolling update to complete 1 pods at revision b...",
        "StatefulSet | {'observedGeneration':2,'readyReplicas':3,'currentReplicas':3,'updateRevision':'b','currentRevision':'b'} | statefulset rolling update complete 3 pods at revision b..."})
    void rolloutsAreSpokenOfInKubectlsWords(String kind, String status, String message) {
        assertEquals(message, progress(kind, "{'metadata':{'name':'s','generation':2},'spec':{'replicas':3,'updateStrategy':{'type':'RollingUpdate'}},'status':" + status + "}").message());
    }

    @Test
    void aPartitionIsARolloutOfItsOwnAndOnDeleteIsNone() {
        var set = "{'metadata':{'name':'s','generation':1},'spec':{'replicas':4,'updateStrategy':{'type':'RollingUpdate','rollingUpdate':{'partition':1}}},"
                + "'status':{'observedGeneration':1,'readyReplicas':4,'updatedReplicas':%d}}";
        assertEquals("Waiting for partitioned roll out to finish: 2 out of 3 new pods have been updated...", progress("StatefulSet", set.formatted(2)).message());
        assertInstanceOf(RolloutProgress.Complete.class, progress("StatefulSet", set.formatted(3)));
        assertThrows(UsageException.class, () -> progress("DaemonSet", "{'spec':{'updateStrategy':{'type':'OnDelete'}}}"));
        assertThrows(UsageException.class, () -> progress("Job", "{}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "condition=Ready | {'status':{'conditions':[{'type':'Ready','status':'True'}]}} | true",
        "condition=ready=false | {'status':{'conditions':[{'type':'Ready','status':'False'}]}} | true",
        "condition=Ready | {'status':{'conditions':[{'type':'Ready','status':'False'}]}} | false",
        "condition=Ready | {'metadata':{'generation':2},'status':{'observedGeneration':1,'conditions':[{'type':'Ready','status':'True'}]}} | false",
        "condition=Ready | {'metadata':{'generation':2},'status':{'conditions':[{'type':'Ready','status':'True','observedGeneration':1}]}} | false",
        "jsonpath={.status.phase}=Running | {'status':{'phase':'Running'}} | true",
        "jsonpath='{.status.phase}'=Running | {'status':{'phase':'Pending'}} | false",
        "jsonpath={.status.ip} | {'status':{'ip':'10.0.0.1'}} | true", "jsonpath={.status.ip} | {'status':{}} | false",
        "create | {} | true", "delete | {} | false"})
    void statesAreRecognised(String state, String object, boolean met) {
        assertEquals(met, WaitState.parse(state).isMetBy(json(object)));
    }

    @Test
    void absenceIsAStateToo() {
        assertTrue(WaitState.parse("delete").isMetBy(null));
        assertFalse(WaitState.parse("create").isMetBy(null));
        assertFalse(WaitState.parse("condition=Ready").isMetBy(null));
        assertThrows(UsageException.class, () -> WaitState.parse("Ready"));
    }

    private static JsonNode pod(String name, String rest) {
        return json("{'metadata':{'namespace':'ns','name':'" + name + "'" + rest + "}");
    }

    private static String owned(String kind) {
        return ",'ownerReferences':[{'kind':'" + kind + "','name':'o','controller':true}]}";
    }

    private static List<String> names(DrainPlan plan) {
        return plan.evict().stream().map(pod -> pod.path("metadata").path("name").asText()).toList();
    }

    @Test
    void drainLeavesAndRefusesWhatItShould() {
        var pods = List.of(pod("web", owned("ReplicaSet")), pod("alone", "}"), pod("agent", owned("DaemonSet")), pod("mirror", ",'annotations':{'kubernetes.io/config.mirror':'x'}}"),
                pod("scratch", owned("ReplicaSet") + ",'spec':{'volumes':[{'emptyDir':{}}]}"), pod("done", "},'status':{'phase':'Succeeded'}"));
        var strict = DrainPlan.of(pods, Set.of("ns/o"), new DrainPlan.Options(false, false, false));
        assertEquals(List.of("web", "done"), names(strict));
        assertEquals("[cannot delete Pods that declare no controller (use --force to override): ns/alone, "
                + "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): ns/agent, "
                + "cannot delete Pods with local storage (use --delete-emptydir-data to override): ns/scratch]", DrainPlan.together(strict.errors()));
        var lax = DrainPlan.of(pods, Set.of("ns/o"), new DrainPlan.Options(true, true, true));
        assertEquals(List.of("web", "alone", "scratch", "done"), names(lax));
        assertEquals(List.of(), lax.errors());
        assertEquals(List.of("deleting Pods that declare no controller: ns/alone", "ignoring DaemonSet-managed Pods: ns/agent", "deleting Pods with local storage: ns/scratch"),
                lax.warnings());
        assertEquals(List.of("agent"), names(DrainPlan.of(List.of(pods.get(2)), Set.of(), new DrainPlan.Options(true, false, false))), "its daemon set is gone");
    }

    @Test
    void imagesAreSetByNameOrForAll() {
        var spec = json("{'initContainers':[{'name':'i','image':'a'}],'containers':[{'name':'c','image':'a'},{'name':'d','image':'b'}]}");
        assertEquals(Map.of("containers", List.of(Map.of("name", "c", "image", "b"))), SetCommand.imagePatch(spec, Map.of("c", "b", "d", "b")));
        assertEquals(Map.of("initContainers", List.of(Map.of("name", "i", "image", "b")), "containers", List.of(Map.of("name", "c", "image", "b"))),
                SetCommand.imagePatch(spec, Map.of("*", "b")));
        assertEquals("unable to find container named \"x\"", assertThrows(UsageException.class, () -> SetCommand.imagePatch(spec, Map.of("x", "b"))).getMessage());
    }

    @Test
    void aManualJobIsMarkedAndOwned() {
        var job = CreateJob.manual(json("{'metadata':{'name':'clock','uid':'u'},'spec':{'jobTemplate':{'metadata':{'labels':{'a':'b'},'annotations':{'n':'m'}},'spec':{'x':1}}}}"), "now");
        assertEquals(json("{'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'now','annotations':{'cronjob.kubernetes.io/instantiate':'manual','n':'m'},'labels':{'a':'b'},"
                + "'ownerReferences':[{'apiVersion':'batch/v1','kind':'CronJob','name':'clock','uid':'u','controller':true,'blockOwnerDeletion':true}]},'spec':{'x':1}}"), job);
    }

    @Test
    void portsAreNamedByNumberByServiceOrByContainer() {
        var pod = json("{'spec':{'containers':[{'ports':[{'name':'http','containerPort':8080}]}]}}");
        var service = json("{'metadata':{'name':'web'},'spec':{'ports':[{'name':'main','port':80,'targetPort':'http'},{'port':81,'targetPort':9090}]}}");
        assertEquals(new PortForwardCommand.Pair(80, 80), PortForwardCommand.pair("80", null, pod));
        assertEquals(new PortForwardCommand.Pair(5000, 80), PortForwardCommand.pair("5000:80", null, pod));
        assertEquals(new PortForwardCommand.Pair(0, 8080), PortForwardCommand.pair(":http", null, pod));
        assertEquals(new PortForwardCommand.Pair(80, 8080), PortForwardCommand.pair("80", service, pod));
        assertEquals(new PortForwardCommand.Pair(1, 8080), PortForwardCommand.pair("1:main", service, pod));
        assertEquals(new PortForwardCommand.Pair(81, 9090), PortForwardCommand.pair("81", service, pod));
        assertThrows(UsageException.class, () -> PortForwardCommand.pair("82", service, pod));
        assertThrows(UsageException.class, () -> PortForwardCommand.pair("a:b:c", null, pod));
        assertThrows(UsageException.class, () -> PortForwardCommand.pair("80:", null, pod));
    }

    @Test
    void anEditIsTheDifferenceAlone() {
        assertEquals(json("{'a':{'b':2},'gone':null,'list':[1]}"),
                EditCommand.difference(json("{'a':{'b':1,'c':1},'gone':1,'same':1,'list':[1,2]}"), json("{'a':{'b':2,'c':1},'same':1,'list':[1]}")));
    }

    @Test
    void placesAreLocalOrRemote() {
        assertEquals(new CopyCommand.Place(null, "", "/tmp/a:b"), CopyCommand.Place.parse("/tmp/a:b"));
        assertEquals(new CopyCommand.Place(null, "pod", "/tmp/a"), CopyCommand.Place.parse("pod:/tmp/a"));
        assertEquals(new CopyCommand.Place("ns", "pod", "a/"), CopyCommand.Place.parse("ns/pod:a/"));
        assertEquals("a", CopyCommand.Place.parse("ns/pod:b/a/").base());
        assertThrows(UsageException.class, () -> CopyCommand.Place.parse(":x"));
        assertThrows(UsageException.class, () -> CopyCommand.Place.parse("a/b/c:x"));
    }

    @Test
    void anArchiveOfOursIsReadByTarAndByUs() throws Exception {
        var source = Files.createDirectories(folder.resolve("source/deep/" + "n".repeat(90)));
        Files.writeString(source.resolve("long"), "x".repeat(1_000));
        Files.writeString(folder.resolve("source/empty"), "");
        var archive = new ByteArrayOutputStream();
        TarArchive.write(folder.resolve("source"), "packed", archive);
        Files.write(folder.resolve("a.tar"), archive.toByteArray());
        assertEquals(0, new ProcessBuilder("tar", "xf", "a.tar").directory(folder.toFile()).start().waitFor());
        assertEquals(1_000, Files.size(folder.resolve("packed/deep/" + "n".repeat(90) + "/long")));
        var warnings = new ArrayList<String>();
        assertTrue(TarArchive.extract(new ByteArrayInputStream(archive.toByteArray()), "packed", folder.resolve("back"), warnings::add));
        assertEquals(1_000, Files.size(folder.resolve("back/deep/" + "n".repeat(90) + "/long")));
        assertEquals(0, Files.size(folder.resolve("back/empty")));
        assertEquals(List.of(), warnings);
    }

    /// The JDK's pipe breaks where the thread that wrote last has ended before the end of the stream.
    @Test
    void aPipeOutlivesTheThreadsThatWriteToIt() throws Exception {
        var pipe = new Pipe();
        var out = pipe.writer();
        for (int i = 0; i < 3; i++) {
            Thread.ofPlatform().start(() -> write(out, new byte[10])).join();
        }
        var in = pipe.reader();
        assertEquals(30, in.readNBytes(30).length);
        var writer = Thread.ofPlatform().start(() -> write(out, new byte[200_000]));
        assertEquals(150_000, in.readNBytes(150_000).length);
        in.close();
        writer.join();
        assertThrows(IOException.class, () -> out.write(1));
        var ended = new Pipe();
        ended.writer().close();
        assertEquals(-1, ended.reader().read());
    }

    private static void write(OutputStream out, byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException e) {
            assertEquals("nobody reads any more", e.getMessage());
        }
    }

    /// Archives that a hostile container may send to `cp`.
    @Test
    void anArchiveWritesNothingOutsideItsTarget() throws Exception {
        Files.createDirectories(folder.resolve("in/root"));
        Files.writeString(folder.resolve("in/root/file"), "good");
        Files.createSymbolicLink(folder.resolve("in/root/link"), Path.of("/etc"));
        Files.writeString(folder.resolve("in/outside"), "bad");
        assertEquals(0, new ProcessBuilder("tar", "-P", "-cf", "b.tar", "-C", "in", "root", "root/../../in/outside", "outside").directory(folder.toFile()).start().waitFor());
        var warnings = new ArrayList<String>();
        var target = folder.resolve("target");
        assertTrue(TarArchive.extract(Files.newInputStream(folder.resolve("b.tar")), "root", target, warnings::add));
        try (var files = Files.walk(target)) {
            assertEquals(List.of("", "file"), files.map(file -> target.relativize(file).toString()).sorted().toList());
        }
        assertEquals(3, warnings.size(), warnings.toString());
        Files.delete(target.resolve("file"));
        Files.createSymbolicLink(target.resolve("file"), folder.resolve("in/outside"));
        assertThrows(IOException.class, () -> TarArchive.extract(Files.newInputStream(folder.resolve("b.tar")), "root", target, warnings::add));
        assertEquals("bad", Files.readString(folder.resolve("in/outside")));
    }

    @Test
    void rulesAreRowsWithTheirVerbsTogether() {
        var status = json("{'resourceRules':[{'verbs':['get'],'apiGroups':[''],'resources':['pods','pods/log']},{'verbs':['list'],'apiGroups':[''],'resources':['pods']},"
                + "{'verbs':['*'],'apiGroups':['apps'],'resources':['deployments'],'resourceNames':['web']}],'nonResourceRules':[{'verbs':['get'],'nonResourceURLs':['/healthz']}]}");
        assertEquals(List.of(List.of("Resources", "Non-Resource URLs", "Resource Names", "Verbs"), List.of("deployments.apps", "[]", "[web]", "[*]"),
                List.of("pods", "[]", "[]", "[get list]"), List.of("pods/log", "[]", "[]", "[get]"), List.of("", "[/healthz]", "[]", "[get]")), AuthCommand.rules(status, false));
    }

    @Test
    void globalFlagsStandBeforeAndAfterTheCommand() {
        for (var words : List.of("-n x --context c --kubeconfig k -v 3 rollout status deployment/web", "rollout -n x --context=c status --kubeconfig k deployment/web -v=3",
                "rollout status deployment/web -v3 --namespace x --context c --kubeconfig=k")) {
            var line = Kubectl.commandLine(words.split(" "));
            assertEquals(Set.of("rollout"), line.getSubcommands().keySet());
            line.parseArgs(words.split(" "));
            Kubectl flags = line.getCommand();
            assertEquals(List.of("x", "c", Path.of("k")), Arrays.asList(flags.namespace, flags.context, flags.kubeconfig), words);
        }
    }

    @Test
    void aCallReadsTheFlagsOfItsOwnCommandAlone() {
        for (var name : Kubectl.COMMANDS) {
            var found = Kubectl.commandLine("-n", "get", "--context=c", name).getSubcommands().keySet();
            assertEquals(name.equals("completion") ? new HashSet<>(Kubectl.COMMANDS) : Set.of(name), found);
        }
        for (var words : List.of("", "--help", "gte pods", "-n get")) {
            assertEquals(new HashSet<>(Kubectl.COMMANDS), Kubectl.commandLine(words.split(" ")).getSubcommands().keySet(), words);
        }
    }

    @Test
    void completionKnowsCommandsAndFlags() throws Exception {
        var script = AutoComplete.bash("kubectl-lite", Kubectl.commandLine());
        Files.writeString(folder.resolve("completion"), script);
        var bash = new ProcessBuilder("bash", "-c", "source ./completion; COMP_WORDS=(kubectl-lite rol); COMP_CWORD=1; _complete_kubectl-lite; echo ${COMPREPLY[@]};"
                + "COMP_WORDS=(kubectl-lite rollout un); COMP_CWORD=2; _complete_kubectl-lite; echo ${COMPREPLY[@]}").directory(folder.toFile()).start();
        assertEquals("rollout\nundo\n", new String(bash.getInputStream().readAllBytes()));
    }
}
