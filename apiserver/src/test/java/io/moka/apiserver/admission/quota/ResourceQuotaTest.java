package io.moka.apiserver.admission.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceQuotaTest {
    @TempDir
    static Path folder;
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        Path configuration = Files.writeString(folder.resolve("admission.yaml"), """
                apiVersion: apiserver.config.k8s.io/v1
                kind: AdmissionConfiguration
                plugins:
                - name: ResourceQuota
                  configuration:
                    apiVersion: apiserver.config.k8s.io/v1
                    kind: ResourceQuotaConfiguration
                    limitedResources:
                    - {resource: persistentvolumeclaims, matchContains: [gold.storageclass.storage.k8s.io/requests.storage]}
                    - {resource: pods, matchScopes: [{scopeName: PriorityClass, operator: In, values: [system-cluster-critical]}]}
                """);
        server = TestServer.start("--admission-control-config-file=" + configuration);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    /// A quota that has been counted: nothing is used.
    private static String quota(String namespace, String name, String hard, String more) {
        assertEquals(201, server.admin().post(namespace + "/resourcequotas", json("{'metadata':{'name':'" + name + "'},'spec':{'hard':{" + hard + "}" + more + "}}")).code());
        String used = json(hard).replaceAll(":\"[^\"]*\"", ":\"0\"");
        var counted = server.admin().patch(namespace + "/resourcequotas/" + name + "/status", "merge-patch", "{\"status\":{\"hard\":{" + json(hard) + "},\"used\":{" + used + "}}}");
        assertEquals(200, counted.code(), counted.body());
        server.settle();
        return namespace;
    }

    private static String quota(String namespace, String hard) {
        return quota(server.namespace(namespace), "q", hard, "");
    }

    private static String used(String namespace, String quota, String resource) {
        return server.admin().get(namespace + "/resourcequotas/" + quota).text("status", "used", resource);
    }

    private static TestServer.Answer pod(String namespace, String name, String more, String container) {
        return server.admin().post(namespace + "/pods", json("{'metadata':{'name':'" + name + "'},'spec':{" + more + "'containers':[{'name':'c','image':'i'" + container + "}]}}"));
    }

    private static String resources(String requests, String limits) {
        return ",'resources':{'requests':{" + requests + "},'limits':{" + limits + "}}";
    }

    private static void refused(TestServer.Answer answer, String message) {
        assertEquals(403, answer.code(), answer.body());
        assertEquals("Forbidden", answer.text("reason"));
        assertEquals(message, answer.text("message"));
    }

    @Test
    void fiftyAtOnceNeverGetMoreThanThereIs() throws Exception {
        String namespace = quota("crowd", "'pods':'20','requests.cpu':'1500m','count/pods':'1k'");
        List<Callable<Integer>> creates = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String name = "p" + i;
            creates.add(() -> pod(namespace, name, "", resources("'cpu':'100m'", "")).code());
        }
        int created = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> code : threads.invokeAll(creates)) {
                assertTrue(code.get() == 201 || code.get() == 403, "code " + code.get());
                created += code.get() == 201 ? 1 : 0;
            }
        }
        assertEquals(15, created);
        assertEquals(15, server.admin().get(namespace + "/pods").json().path("items").size());
        assertEquals("15", used(namespace, "q", "pods"));
        assertEquals("1500m", used(namespace, "q", "requests.cpu"));
        assertEquals("15", used(namespace, "q", "count/pods"));
    }

    @Test
    void whatIsExceededIsToldWithItsAmounts() {
        String namespace = quota("told", "'cpu':'1','memory':'1Gi','pods':'5'");
        assertEquals(201, pod(namespace, "a", "", resources("'cpu':'600m','memory':'512Mi'", "")).code());
        refused(pod(namespace, "b", "", resources("'cpu':'500m','memory':'600Mi'", "")),
                "pods \"b\" is forbidden: exceeded quota: q, requested: cpu=500m,memory=600Mi, used: cpu=600m,memory=512Mi, limited: cpu=1,memory=1Gi");
        refused(pod(namespace, "b", "", resources("'cpu':'500m','memory':'1Mi'", "")),
                "pods \"b\" is forbidden: exceeded quota: q, requested: cpu=500m, used: cpu=600m, limited: cpu=1");
        assertEquals("1", used(namespace, "q", "pods"));
    }

    @Test
    void podsMustSayWhatIsCounted() {
        String namespace = quota("silent", "'cpu':'1','limits.memory':'1Gi','ephemeral-storage':'1Gi'");
        refused(pod(namespace, "p", "", ""), "pods \"p\" is forbidden: failed quota: q: must specify cpu for: c; limits.memory for: c");
        refused(pod(namespace, "p", "", resources("'cpu':'1m'", "")), "pods \"p\" is forbidden: failed quota: q: must specify limits.memory for: c");
        assertEquals(201, pod(namespace, "p", "", resources("'cpu':'1m'", "'memory':'1Mi'")).code());
    }

    @Test
    void aQuotaThatHasNotBeenCountedLetsThrough() {
        String namespace = server.namespace("uncounted");
        server.admin().post(namespace + "/resourcequotas", "{\"metadata\":{\"name\":\"q\"},\"spec\":{\"hard\":{\"pods\":\"0\"}}}");
        assertEquals(201, pod(namespace, "p", "", "").code());
        server.admin().patch(namespace + "/resourcequotas/q/status", "merge-patch", "{\"status\":{\"hard\":{\"pods\":\"7\",\"count/pods\":\"7\"}}}");
        server.settle();
        refused(pod(namespace, "other", "", ""), "pods \"other\" is forbidden: status unknown for quota: q, resources: count/pods,pods");
    }

    @ParameterizedTest(name = "{0} of {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
            configmaps                  | configmaps             | 1 | {'metadata':{'name':'x'}}
            count/configmaps            | configmaps             | 1 | {'metadata':{'name':'x'}}
            secrets                     | secrets                | 1 | {'metadata':{'name':'x'}}
            resourcequotas              | resourcequotas         | 1 | {'metadata':{'name':'x'},'spec':{}}
            replicationcontrollers      | replicationcontrollers | 1 | {'metadata':{'name':'x'},'spec':{'selector':{'a':'b'},'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i'}]}}}}
            services                    | services               | 1 | {'metadata':{'name':'x'},'spec':{'ports':[{'port':80}]}}
            services.nodeports          | services               | 2 | {'metadata':{'name':'x'},'spec':{'type':'NodePort','ports':[{'name':'a','port':80},{'name':'b','port':81}]}}
            services.nodeports          | services               | 0 | {'metadata':{'name':'x'},'spec':{'type':'LoadBalancer','allocateLoadBalancerNodePorts':false,'ports':[{'port':80}]}}
            services.loadbalancers      | services               | 1 | {'metadata':{'name':'x'},'spec':{'type':'LoadBalancer','ports':[{'port':80}]}}
            persistentvolumeclaims      | persistentvolumeclaims | 1 | {'metadata':{'name':'x'},'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}
            requests.storage            | persistentvolumeclaims | 1Gi | {'metadata':{'name':'x'},'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}
            fast.storageclass.storage.k8s.io/requests.storage | persistentvolumeclaims | 1Gi | {'metadata':{'name':'x'},'spec':{'storageClassName':'fast','accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}
            slow.storageclass.storage.k8s.io/persistentvolumeclaims | persistentvolumeclaims | 0 | {'metadata':{'name':'x'},'spec':{'storageClassName':'fast','accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}
            requests.nvidia.com/gpu     | pods | 2 | {'metadata':{'name':'x'},'spec':{'containers':[{'name':'c','image':'i','resources':{'limits':{'nvidia.com/gpu':'2'}}}]}}
            hugepages-2Mi               | pods | 4Mi | {'metadata':{'name':'x'},'spec':{'containers':[{'name':'c','image':'i','resources':{'requests':{'cpu':'1'},'limits':{'hugepages-2Mi':'4Mi'}}}]}}
            limits.ephemeral-storage    | pods | 1Gi | {'metadata':{'name':'x'},'spec':{'containers':[{'name':'c','image':'i','resources':{'limits':{'ephemeral-storage':'1Gi'}}}]}}
            requests.memory             | pods | 3Gi | {'metadata':{'name':'x'},'spec':{'initContainers':[{'name':'s','image':'i','restartPolicy':'Always','resources':{'requests':{'memory':'1Gi'}}},{'name':'d','image':'i','resources':{'requests':{'memory':'2Gi'}}}],'containers':[{'name':'c','image':'i','resources':{'requests':{'memory':'1Gi'}}}]}}
            """)
    void everyResourceIsCounted(String resource, String plural, String amount, String object) {
        String namespace = quota("count-" + Math.abs((resource + amount).hashCode()), "'" + resource + "':'100Gi'");
        var answer = server.admin().post(namespace + "/" + plural, json(object));
        assertEquals(201, answer.code(), answer.body());
        assertEquals(amount, used(namespace, "q", resource));
    }

    @Test
    void kindsOfGroupsAreCounted() {
        String namespace = quota("groups", "'count/deployments.apps':'1'");
        String body = json("{'metadata':{'name':'%s'},'spec':{'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i'}]}}}}");
        String deployments = namespace.replace("/api/v1", "/apis/apps/v1") + "/deployments";
        assertEquals(201, server.admin().post(deployments, body.formatted("a")).code());
        refused(server.admin().post(deployments, body.formatted("b")),
                "deployments.apps \"b\" is forbidden: exceeded quota: q, requested: count/deployments.apps=1, used: count/deployments.apps=1, limited: count/deployments.apps=1");
    }

    @Test
    void aServicesUpdateIsChargedByTheDifference() {
        String namespace = quota("update", "'services.nodeports':'2'");
        server.admin().post(namespace + "/services", json("{'metadata':{'name':'s'},'spec':{'type':'NodePort','ports':[{'name':'a','port':80}]}}"));
        var more = server.admin().patch(namespace + "/services/s", "strategic-merge-patch", json("{'spec':{'ports':[{'name':'b','port':81}]}}"));
        assertEquals(200, more.code(), more.body());
        assertEquals("2", used(namespace, "q", "services.nodeports"));
        refused(server.admin().patch(namespace + "/services/s", "strategic-merge-patch", json("{'spec':{'ports':[{'name':'c','port':82}]}}")),
                "services \"s\" is forbidden: exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=2, limited: services.nodeports=2");
        assertEquals(200, server.admin().patch(namespace + "/services/s", "merge-patch", json("{'spec':{'type':'ClusterIP','externalTrafficPolicy':null,'ports':[{'name':'a','port':80}]}}")).code());
        assertEquals("0", used(namespace, "q", "services.nodeports"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
            terminating     | 'scopes':['Terminating']               | 'activeDeadlineSeconds':5,   | 1
            endless         | 'scopes':['Terminating']               |                              | 0
            not-terminating | 'scopes':['NotTerminating']            |                              | 1
            best-effort     | 'scopes':['BestEffort']                |                              | 1
            not-best-effort | 'scopes':['NotBestEffort']             |                              | 0
            both            | 'scopes':['BestEffort','Terminating']  | 'activeDeadlineSeconds':5,   | 1
            one-of-both     | 'scopes':['BestEffort','Terminating']  |                              | 0
            class           | 'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass','operator':'In','values':['system-node-critical']}]} | 'priorityClassName':'system-node-critical', | 1
            no-class        | 'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass','operator':'In','values':['system-node-critical']}]} |  | 0
            not-that-class  | 'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass','operator':'NotIn','values':['other']}]} |  | 1
            affinity        | 'scopes':['CrossNamespacePodAffinity'] | 'affinity':{'podAntiAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':'t','namespaces':['n']}]}}, | 1
            own-affinity    | 'scopes':['CrossNamespacePodAffinity'] | 'affinity':{'podAntiAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':'t'}]}}, | 0
            """)
    void onlyPodsInScopeAreCounted(String name, String scopes, String spec, String amount) {
        String namespace = quota(server.namespace("scope-" + name), "q", "'pods':'5'", "," + scopes);
        var answer = pod(namespace, "p", spec == null ? "" : spec, "");
        assertEquals(201, answer.code(), answer.body());
        assertEquals(amount, used(namespace, "q", "pods"));
    }

    @Test
    void claimsAreCountedByTheirAttributesClass() {
        String namespace = quota(server.namespace("attributes"), "q", "'persistentvolumeclaims':'5'",
                ",'scopeSelector':{'matchExpressions':[{'scopeName':'VolumeAttributesClass','operator':'In','values':['gold']}]}");
        String claim = "{'metadata':{'name':'%s'},'spec':{'volumeAttributesClassName':'%s','accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}";
        for (String name : List.of("gold", "silver")) {
            assertEquals(201, server.admin().post(namespace + "/persistentvolumeclaims", json(claim.formatted(name, name))).code());
        }
        assertEquals("1", used(namespace, "q", "persistentvolumeclaims"));
    }

    @Test
    void whoIsRefusedByOneQuotaIsChargedByNone() {
        String namespace = quota("several", "'pods':'5'");
        quota(namespace, "z", "'requests.cpu':'1'", "");
        refused(pod(namespace, "p", "", resources("'cpu':'2'", "")), "pods \"p\" is forbidden: exceeded quota: z, requested: requests.cpu=2, used: requests.cpu=0, limited: requests.cpu=1");
        assertEquals("0", used(namespace, "q", "pods"));
        assertEquals(201, pod(namespace, "p", "", resources("'cpu':'1'", "")).code());
        assertEquals("1", used(namespace, "q", "pods"));
        assertEquals("1", used(namespace, "z", "requests.cpu"));
    }

    @Test
    void creatingWhatIsThereUsesNothingUp() {
        String namespace = quota("again", "'configmaps':'2'");
        String map = "{\"metadata\":{\"name\":\"m\"}}";
        assertEquals(201, server.admin().post(namespace + "/configmaps", map).code());
        server.settle();
        for (int i = 0; i < 5; i++) {
            assertEquals(409, server.admin().post(namespace + "/configmaps", map).code());
        }
        assertEquals("1", used(namespace, "q", "configmaps"));
    }

    @Test
    void dryRunIsCheckedAndNotCharged() {
        String namespace = quota("dry", "'configmaps':'1'");
        String map = "{\"metadata\":{\"name\":\"%s\"}}";
        assertEquals(201, server.admin().post(namespace + "/configmaps?dryRun=All", map.formatted("m")).code());
        assertEquals("0", used(namespace, "q", "configmaps"));
        assertEquals(201, server.admin().post(namespace + "/configmaps", map.formatted("m")).code());
        server.settle();
        assertEquals(403, server.admin().post(namespace + "/configmaps?dryRun=All", map.formatted("n")).code());
    }

    @Test
    void limitedResourcesNeedAQuota() {
        String namespace = server.namespace("limited");
        String claim = json("{'metadata':{'name':'c'},'spec':{'storageClassName':'gold','accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}");
        refused(server.admin().post(namespace + "/persistentvolumeclaims", claim),
                "persistentvolumeclaims \"c\" is forbidden: insufficient quota to consume: gold.storageclass.storage.k8s.io/requests.storage");
        quota(namespace, "q", "'gold.storageclass.storage.k8s.io/requests.storage':'1Gi'", "");
        assertEquals(201, server.admin().post(namespace + "/persistentvolumeclaims", claim).code());
        refused(pod(namespace, "p", "'priorityClassName':'system-cluster-critical',", ""),
                "pods \"p\" is forbidden: insufficient quota to match these scopes: [{PriorityClass In [system-cluster-critical]}]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
            {'hard':{'bananas':'1'}}                                             | spec.hard[bananas]: Invalid value: "bananas": must be a standard resource for quota
            {'hard':{'pods':'-1'}}                                               | spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0
            {'hard':{'pods':'500m'}}                                             | spec.hard[pods]: Invalid value: "500m": must be an integer
            {'hard':{'pods':'1'},'scopes':['BestEffort','NotBestEffort']}        | spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes
            {'hard':{'cpu':'1'},'scopes':['BestEffort']}                         | spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource
            {'hard':{'pods':'1'},'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass','operator':'In'}]}} | spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector
            """)
    void quotasThatMakeNoSenseAreRefused(String spec, String problem) {
        var answer = server.admin().post("/api/v1/namespaces/default/resourcequotas", json("{'metadata':{'name':'odd'},'spec':" + spec + "}"));
        assertEquals(422, answer.code(), answer.body());
        assertTrue(answer.text("message").contains(problem), answer.text("message"));
    }

    @Test
    void scopesStay() {
        String namespace = quota(server.namespace("fixed"), "q", "'pods':'5'", ",'scopes':['Terminating']");
        var answer = server.admin().patch(namespace + "/resourcequotas/q", "merge-patch", json("{'spec':{'scopes':['NotTerminating']}}"));
        assertEquals(422, answer.code(), answer.body());
        assertTrue(answer.text("message").contains("spec.scopes: Invalid value: [\"NotTerminating\"]: field is immutable"), answer.text("message"));
    }
}
