package io.moka.apiserver.admission.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every plugin that is off by default is on here, beside those that are on.
class PluginsTest {
    @TempDir
    static Path folder;
    private static TestServer server;
    private static TestServer plain;

    @BeforeAll
    static void start() throws IOException {
        Path configuration = Files.writeString(folder.resolve("admission.yaml"), """
                apiVersion: apiserver.config.k8s.io/v1
                kind: AdmissionConfiguration
                plugins:
                - name: EventRateLimit
                  configuration:
                    apiVersion: eventratelimit.admission.k8s.io/v1alpha1
                    kind: Configuration
                    limits:
                    - {type: Namespace, qps: 1, burst: 5}
                    - {type: SourceAndObject, qps: 1, burst: 2, cacheSize: 10}
                - name: PodNodeSelector
                  configuration:
                    podNodeSelectorPluginConfig: {clusterDefaultNodeSelector: zone=home, kept: 'zone=lab,disk=fast'}
                """);
        server = TestServer.start("--admission-control-config-file=" + configuration, "--enable-admission-plugins=LimitPodHardAntiAffinityTopology,AlwaysPullImages,"
                + "PodNodeSelector,EventRateLimit,ExtendedResourceToleration,OwnerReferencesPermissionEnforcement,DenyServiceExternalIPs");
        plain = TestServer.start("--disable-admission-plugins=DefaultTolerationSeconds");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        plain.close();
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static TestServer.Answer post(String path, String body) {
        return server.admin().post(path, json(body));
    }

    private static TestServer.Answer made(TestServer.Answer answer) {
        assertEquals(201, answer.code(), answer.body());
        server.settle();
        return answer;
    }

    private static void refused(TestServer.Answer answer, String message) {
        assertEquals(403, answer.code(), answer.body());
        assertEquals(message, answer.text("message"));
    }

    private static TestServer.Answer pod(String namespace, String name, String spec) {
        return post(namespace + "/pods", "{'metadata':{'name':'" + name + "'},'spec':{" + spec + "'containers':[{'name':'c','image':'i'}]}}");
    }

    private static List<String> texts(JsonNode list, String field) {
        return StreamSupport.stream(list.spliterator(), false).map(element -> field.isEmpty() ? element.asText() : Json.text(element, field)).toList();
    }

    @Test
    void whatIsOffDoesNothing() {
        String namespace = plain.namespace("plain");
        var pod = plain.admin().post(namespace + "/pods", json("{'metadata':{'name':'p'},'spec':{'containers':[{'name':'c','image':'i:1'}]}}"));
        assertEquals(201, pod.code(), pod.body());
        assertEquals("IfNotPresent", pod.json().path("spec").path("containers").path(0).path("imagePullPolicy").asText());
        assertTrue(pod.json().path("spec").path("tolerations").isEmpty(), pod.body());
        assertTrue(pod.json().path("spec").path("nodeSelector").isEmpty());
    }

    @Test
    void runtimeClassGivesOverheadAndScheduling() {
        made(post("/apis/node.k8s.io/v1/runtimeclasses", "{'metadata':{'name':'vm'},'handler':'kata','overhead':{'podFixed':{'memory':'120Mi'}},"
                + "'scheduling':{'nodeSelector':{'vm':'yes'},'tolerations':[{'key':'vm','operator':'Exists'}]}}"));
        String namespace = server.namespace("runtime");
        JsonNode spec = made(pod(namespace, "p", "'runtimeClassName':'vm','nodeSelector':{'a':'b'},")).json().path("spec");
        assertEquals("120Mi", spec.path("overhead").path("memory").asText());
        assertEquals("yes", spec.path("nodeSelector").path("vm").asText());
        assertEquals("b", spec.path("nodeSelector").path("a").asText());
        assertTrue(texts(spec.path("tolerations"), "key").contains("vm"));
        refused(pod(namespace, "q", "'runtimeClassName':'none',"), "pods \"q\" is forbidden: pod rejected: RuntimeClass \"none\" not found");
        refused(pod(namespace, "q", "'runtimeClassName':'vm','nodeSelector':{'vm':'no'},"),
                "pods \"q\" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[vm] = yes; pod.spec.nodeSelector[vm] = no");
        refused(pod(namespace, "q", "'runtimeClassName':'vm','overhead':{'memory':'1Mi'},"),
                "pods \"q\" is forbidden: pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
        refused(pod(namespace, "q", "'overhead':{'memory':'1Mi'},"),
                "pods \"q\" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
    }

    @Test
    void claimsGetTheDefaultClassAndAFinalizerAndGrowWhereTheyMay() {
        String claims = server.namespace("storage") + "/persistentvolumeclaims";
        String claim = "{'metadata':{'name':'%s'},'spec':{%s'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}";
        assertEquals("", made(post(claims, claim.formatted("before", ""))).text("spec", "storageClassName"));
        made(post("/apis/storage.k8s.io/v1/storageclasses", "{'metadata':{'name':'slow','annotations':{'storageclass.kubernetes.io/is-default-class':'true'}},'provisioner':'p'}"));
        made(post("/apis/storage.k8s.io/v1/storageclasses", "{'metadata':{'name':'fast'},'provisioner':'p','allowVolumeExpansion':true}"));
        var defaulted = made(post(claims, claim.formatted("defaulted", "")));
        assertEquals("slow", defaulted.text("spec", "storageClassName"));
        assertEquals(List.of("kubernetes.io/pvc-protection"), texts(defaulted.json().path("metadata").path("finalizers"), ""));
        assertFalse(made(post(claims, claim.formatted("none", "'storageClassName':'',"))).text("spec", "storageClassName").equals("slow"));
        made(post(claims, claim.formatted("fast", "'storageClassName':'fast',")));
        String grow = json("{'spec':{'resources':{'requests':{'storage':'2Gi'}}}}");
        server.admin().patch(claims + "/fast", "merge-patch", json("{'spec':{'volumeName':'v'}}"));
        server.admin().patch(claims + "/defaulted", "merge-patch", json("{'spec':{'volumeName':'w'}}"));
        var waiting = server.admin().patch(claims + "/fast", "merge-patch", grow);
        assertEquals(422, waiting.code(), "what a claim asks for is fixed until it is bound: " + waiting.body());
        for (String name : List.of("fast", "defaulted")) {
            var bound = server.admin().patch(claims + "/" + name + "/status", "merge-patch", json("{'status':{'phase':'Bound'}}"));
            assertEquals(200, bound.code(), bound.body());
        }
        server.settle();
        var grown = server.admin().patch(claims + "/fast", "merge-patch", grow);
        assertEquals(200, grown.code(), grown.body());
        refused(server.admin().patch(claims + "/defaulted", "merge-patch", grow),
                "persistentvolumeclaims \"defaulted\" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize");
        var volume = made(post("/api/v1/persistentvolumes", "{'metadata':{'name':'v'},'spec':{'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce'],'hostPath':{'path':'/x'}}}"));
        assertEquals(List.of("kubernetes.io/pv-protection"), texts(volume.json().path("metadata").path("finalizers"), ""));
    }

    @Test
    void ingressesGetTheNewestDefaultClass() {
        String ingresses = server.namespace("web").replace("/api/v1", "/apis/networking.k8s.io/v1") + "/ingresses";
        String ingress = "{'metadata':{'name':'%s'%s},'spec':{%s'defaultBackend':{'service':{'name':'s','port':{'number':80}}}}}";
        for (String name : List.of("b", "a")) {
            made(post("/apis/networking.k8s.io/v1/ingressclasses", "{'metadata':{'name':'" + name + "','annotations':{'ingressclass.kubernetes.io/is-default-class':'true'}},'spec':{'controller':'x.y/z'}}"));
        }
        assertEquals("a", made(post(ingresses, ingress.formatted("i", "", ""))).text("spec", "ingressClassName"), "the newest, or of two of one second the first by name");
        assertEquals("own", made(post(ingresses, ingress.formatted("j", "", "'ingressClassName':'own',"))).text("spec", "ingressClassName"));
        assertEquals("", made(post(ingresses, ingress.formatted("k", ",'annotations':{'kubernetes.io/ingress.class':'old'}", ""))).text("spec", "ingressClassName"));
    }

    @Test
    void newNodesTakeNoPodsYet() {
        var node = made(post("/api/v1/nodes", "{'metadata':{'name':'n'}}"));
        assertEquals("node.kubernetes.io/not-ready", node.json().path("spec").path("taints").path(0).path("key").asText());
        var tainted = made(post("/api/v1/nodes", "{'metadata':{'name':'m'},'spec':{'taints':[{'key':'node.kubernetes.io/not-ready','effect':'NoSchedule'}]}}"));
        assertEquals(1, tainted.json().path("spec").path("taints").size());
    }

    @Test
    void podsGetTheZoneOfTheirNode() {
        made(post("/api/v1/nodes", "{'metadata':{'name':'z','labels':{'topology.kubernetes.io/zone':'cellar','other':'x'}}}"));
        String namespace = server.namespace("zones");
        made(pod(namespace, "p", ""));
        made(post(namespace + "/pods/p/binding", "{'metadata':{'name':'p'},'target':{'kind':'Node','name':'z'}}"));
        JsonNode labels = server.admin().get(namespace + "/pods/p").json().path("metadata").path("labels");
        assertEquals("cellar", labels.path("topology.kubernetes.io/zone").asText());
        assertFalse(labels.has("other"));
        assertEquals("cellar", made(pod(namespace, "q", "'nodeName':'z',")).json().path("metadata").path("labels").path("topology.kubernetes.io/zone").asText());
    }

    @Test
    void imagesAreAlwaysPulled() {
        var pod = made(post(server.namespace("pulled") + "/pods", "{'metadata':{'name':'p'},'spec':{'initContainers':[{'name':'a','image':'i:1','imagePullPolicy':'Never'}],'containers':[{'name':'c','image':'i:1'}]}}"));
        assertEquals(List.of("Always"), texts(pod.json().path("spec").path("containers"), "imagePullPolicy"));
        assertEquals(List.of("Always"), texts(pod.json().path("spec").path("initContainers"), "imagePullPolicy"));
    }

    @Test
    void podsRunOnTheNodesOfTheirNamespace() {
        String home = server.namespace("homely");
        assertEquals("home", made(pod(home, "p", "")).text("spec", "nodeSelector", "zone"));
        refused(pod(home, "q", "'nodeSelector':{'zone':'moon'},"), "pods \"q\" is forbidden: pod node label selector conflicts with its namespace node label selector");
        made(post("/api/v1/namespaces", "{'metadata':{'name':'kept','annotations':{'scheduler.alpha.kubernetes.io/node-selector':'zone=lab'}}}"));
        String kept = server.namespace("kept");
        assertEquals("lab", made(pod(kept, "p", "'nodeSelector':{'disk':'fast'},")).text("spec", "nodeSelector", "zone"));
        refused(pod(kept, "q", "'nodeSelector':{'disk':'slow'},"), "pods \"q\" is forbidden: pod node label selector labels conflict with its namespace whitelist");
    }

    @Test
    void podsTolerateTheTaintOfTheHardwareTheyAskFor() {
        var pod = made(post(server.namespace("hardware") + "/pods", "{'metadata':{'name':'p'},'spec':{'containers':[{'name':'c','image':'i','resources':{'limits':{'nvidia.com/gpu':'1','cpu':'1'}}}]}}"));
        assertEquals(1, texts(pod.json().path("spec").path("tolerations"), "key").stream().filter("nvidia.com/gpu"::equals).count());
        assertFalse(texts(pod.json().path("spec").path("tolerations"), "key").contains("cpu"));
    }

    @Test
    void podsKeepOthersOffTheirNodeAlone() {
        String namespace = server.namespace("apart");
        String affinity = "'affinity':{'podAntiAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'labelSelector':{},'topologyKey':'%s'}]}},";
        made(pod(namespace, "p", affinity.formatted("kubernetes.io/hostname")));
        refused(pod(namespace, "q", affinity.formatted("topology.kubernetes.io/zone")), "pods \"q\" is forbidden: affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey "
                + "topology.kubernetes.io/zone but only key kubernetes.io/hostname is allowed");
    }

    @Test
    void servicesTakeNoExternalAddresses() {
        String services = server.namespace("outside") + "/services";
        refused(post(services, "{'metadata':{'name':'s'},'spec':{'externalIPs':['192.0.2.7'],'ports':[{'port':80}]}}"), "services \"s\" is forbidden: Use of external IPs is denied by admission control");
        made(post(services, "{'metadata':{'name':'s'},'spec':{'ports':[{'port':80}]}}"));
        refused(server.admin().patch(services + "/s", "merge-patch", json("{'spec':{'externalIPs':['192.0.2.7']}}")), "services \"s\" is forbidden: Use of external IPs is denied by admission control");
    }

    @Test
    void eventsBeyondTheRateAreTurnedAway() {
        String events = server.namespace("noisy") + "/events";
        String event = "{'metadata':{'name':'%s','namespace':'noisy'},'involvedObject':{'kind':'Pod','namespace':'noisy','name':'%s'},'source':{'component':'test'}}";
        made(post(events, event.formatted("a", "p")));
        made(post(events, event.formatted("b", "p")));
        var third = post(events, event.formatted("c", "p"));
        assertEquals(429, third.code(), third.body());
        assertEquals("TooManyRequests", third.text("reason"));
        assertEquals("limit reached on type SourceAndObject for key testPodnoisyp", third.text("message"));
        assertEquals("1", third.response().headers().firstValue("Retry-After").orElse(""));
        int accepted = 0;
        for (int i = 0; i < 6; i++) {
            accepted += post(events, event.formatted("e" + i, "other" + i)).code() == 201 ? 1 : 0;
        }
        assertTrue(accepted < 6, "all were accepted");
    }

    @Test
    void onlyWhoMayDeleteGivesAnObjectAnOwner() {
        String namespace = server.namespace("owned");
        made(post("/apis/rbac.authorization.k8s.io/v1/namespaces/owned/roles", "{'metadata':{'name':'maker'},'rules':[{'apiGroups':[''],'resources':['configmaps'],'verbs':['create','update','get']}]}"));
        made(post("/apis/rbac.authorization.k8s.io/v1/namespaces/owned/rolebindings", "{'metadata':{'name':'maker'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'Role','name':'maker'},"
                + "'subjects':[{'kind':'User','apiGroup':'rbac.authorization.k8s.io','name':'maker'}]}"));
        var maker = server.as(TestPki.shared().client("maker"));
        TestServer.await("the role is in effect", () -> maker.post(namespace + "/configmaps", json("{'metadata':{'name':'free'}}")).code() != 403);
        String owned = json("{'metadata':{'name':'%s','ownerReferences':[{'apiVersion':'v1','kind':'%s','name':'o','uid':'u'%s}]}}");
        String denied = maker.post(namespace + "/configmaps", owned.formatted("m", "Pod", "")).text("message");
        assertTrue(denied.startsWith("configmaps \"m\" is forbidden: cannot set an ownerRef on a resource you can't delete: "), denied);
        made(server.admin().post(namespace + "/configmaps", owned.formatted("m", "Pod", json(",'blockOwnerDeletion':true"))));
        String unknown = server.admin().post(namespace + "/configmaps", owned.formatted("n", "Nothing", json(",'blockOwnerDeletion':true"))).text("message");
        assertTrue(unknown.contains("cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion v1 Kind Nothing"), unknown);
    }
}
