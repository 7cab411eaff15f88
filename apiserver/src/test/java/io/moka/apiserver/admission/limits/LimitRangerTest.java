package io.moka.apiserver.admission.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.moka.apiserver.testing.TestServer;
import io.moka.machinery.quota.ResourceList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitRangerTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static TestServer.Answer range(String namespace, String limits) {
        return server.admin().post(namespace + "/limitranges", "{\"metadata\":{\"name\":\"limits\"},\"spec\":{\"limits\":[" + json(limits) + "]}}");
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static String withRange(String name, String limits) {
        String namespace = server.namespace(name);
        assertEquals(201, range(namespace, limits).code());
        server.settle();
        return namespace;
    }

    private static TestServer.Answer pod(String namespace, String... containers) {
        StringBuilder list = new StringBuilder();
        for (String container : containers) {
            list.append(list.isEmpty() ? "" : ",").append(json(container));
        }
        return server.admin().post(namespace + "/pods", "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[" + list + "]}}");
    }

    private static String container(String name, String requests, String limits) {
        return "{'name':'" + name + "','image':'i','resources':{'requests':{" + requests + "},'limits':{" + limits + "}}}";
    }

    @Test
    void defaultsAreSetAndNoted() {
        String namespace = withRange("defaults", "{'type':'Container','default':{'cpu':'500m','memory':'256Mi'},'defaultRequest':{'cpu':'100m'}}");
        var answer = pod(namespace, container("a", "", ""), container("b", "'cpu':'200m'", ""), container("c", "'cpu':'1'", "'cpu':'1','memory':'1Gi'"));
        assertEquals(201, answer.code(), answer.body());
        var containers = answer.json().path("spec").path("containers");
        assertEquals(json("{'limits':{'cpu':'500m','memory':'256Mi'},'requests':{'cpu':'100m','memory':'256Mi'}}"), sorted(containers.get(0)));
        assertEquals(json("{'limits':{'cpu':'500m','memory':'256Mi'},'requests':{'cpu':'200m','memory':'256Mi'}}"), sorted(containers.get(1)));
        assertEquals(json("{'limits':{'cpu':'1','memory':'1Gi'},'requests':{'cpu':'1','memory':'1Gi'}}"), sorted(containers.get(2)));
        assertEquals("LimitRanger plugin set: cpu, memory request for container a; cpu, memory limit for container a; memory request for container b; cpu, memory limit for container b",
                answer.text("metadata", "annotations", "kubernetes.io/limit-ranger"));
    }

    private static String sorted(com.fasterxml.jackson.databind.JsonNode container) {
        var resources = container.path("resources");
        return "{\"limits\":" + ResourceList.of(resources.path("limits")).toJson() + ",\"requests\":" + ResourceList.of(resources.path("requests")).toJson() + "}";
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            too-small    | {'type':'Container','min':{'cpu':'100m'}}                         | 'cpu':'50m' | 'cpu':'1'     | minimum cpu usage per Container is 100m, but request is 50m
            small-enough | {'type':'Container','min':{'cpu':'100m'}}                         | 'cpu':'0.1' | 'cpu':'1'     |
            too-big      | {'type':'Container','max':{'memory':'1Gi'}}                       |             | 'memory':'2Gi'| maximum memory usage per Container is 1Gi, but limit is 2Gi
            ratio        | {'type':'Container','maxLimitRequestRatio':{'cpu':'2'}}           | 'cpu':'1'   | 'cpu':'3'     | cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000
            ratio-right  | {'type':'Container','maxLimitRequestRatio':{'cpu':'2'}}           | 'cpu':'1'   | 'cpu':'2'     |
            no-ratio     | {'type':'Container','maxLimitRequestRatio':{'cpu':'2'}}           |             |               | cpu max limit to request ratio per Container is 2, but no request is specified or request is 0
            pod-most     | {'type':'Pod','max':{'cpu':'1'}}                                  | 'cpu':'1'   | 'cpu':'1500m' | maximum cpu usage per Pod is 1, but limit is 1500m
            pod-no-limit | {'type':'Pod','max':{'cpu':'1'}}                                  | 'cpu':'1'   |               | maximum cpu usage per Pod is 1.  No limit is specified
            pod-least    | {'type':'Pod','min':{'memory':'1Gi'}}                             |             |               | minimum memory usage per Pod is 1Gi.  No request is specified
            two          | {'type':'Container','min':{'cpu':'1'}},{'type':'Pod','min':{'cpu':'2'}} | 'cpu':'500m' | 'cpu':'4' | [minimum cpu usage per Container is 1, but request is 500m, minimum cpu usage per Pod is 2, but request is 500m]
            """, quoteCharacter = '\u0001')
    void podsStayWithinTheLimits(String name, String limits, String requests, String podLimits, String problem) {
        String namespace = withRange(name, limits);
        var answer = pod(namespace, container("c", requests == null ? "" : requests, podLimits == null ? "" : podLimits));
        if (problem == null) {
            assertEquals(201, answer.code(), answer.body());
        } else {
            assertEquals(403, answer.code(), answer.body());
            assertEquals("pods \"p\" is forbidden: " + problem, answer.text("message"));
        }
    }

    @Test
    void containersOfAPodAreAddedUp() {
        String namespace = withRange("sum", "{'type':'Pod','max':{'cpu':'1'}}");
        String half = container("%s", "'cpu':'600m'", "'cpu':'600m'");
        assertEquals("pods \"p\" is forbidden: maximum cpu usage per Pod is 1, but limit is 1200m", pod(namespace, half.formatted("a"), half.formatted("b")).text("message"));
    }

    @Test
    void claimsStayWithinTheLimitsAndOldOnesMayBeLabelled() {
        String namespace = server.namespace("claims");
        String claim = "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"accessModes\":[\"ReadWriteOnce\"],\"resources\":{\"requests\":{\"storage\":\"%s\"}}}}";
        assertEquals(201, server.admin().post(namespace + "/persistentvolumeclaims", claim.formatted("old", "9Gi")).code());
        assertEquals(201, range(namespace, "{'type':'PersistentVolumeClaim','min':{'storage':'1Gi'},'max':{'storage':'2Gi'}}").code());
        server.settle();
        assertEquals("persistentvolumeclaims \"c\" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi",
                server.admin().post(namespace + "/persistentvolumeclaims", claim.formatted("c", "3Gi")).text("message"));
        assertEquals("persistentvolumeclaims \"c\" is forbidden: minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 1Mi",
                server.admin().post(namespace + "/persistentvolumeclaims", claim.formatted("c", "1Mi")).text("message"));
        assertEquals(201, server.admin().post(namespace + "/persistentvolumeclaims", claim.formatted("c", "2Gi")).code());
        assertEquals(200, server.admin().patch(namespace + "/persistentvolumeclaims/old", "merge-patch", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}").code());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'type':'Container','min':{'cpu':'2'},'max':{'cpu':'1'}}                | spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1
            {'type':'Container','max':{'cpu':'1'},'default':{'cpu':'2'}}            | spec.limits[0].default[cpu]: Invalid value: "2": default value 2 is greater than max value 1
            {'type':'Container','default':{'cpu':'1'},'defaultRequest':{'cpu':'2'}} | spec.limits[0].defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than default limit value 1
            {'type':'Pod','default':{'cpu':'1'}}                                    | spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'
            {'type':'PersistentVolumeClaim','min':{'cpu':'1'}}                      | spec.limits[0]: Required value: either minimum or maximum storage value is required, but neither was provided
            {'type':'Pod','maxLimitRequestRatio':{'cpu':'500m'}}                    | spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1
            {'type':'Pod'},{'type':'Pod'}                                           | spec.limits[1].type: Duplicate value: "Pod"
            {'type':'Node'}                                                         | spec.limits[0].type: Invalid value: "Node": must be a standard limit type or fully qualified
            """, quoteCharacter = '\u0001')
    void rangesThatMakeNoSenseAreRefused(String limits, String problem) {
        var answer = range("/api/v1/namespaces/default", limits);
        assertEquals(422, answer.code(), answer.body());
        assertFalse(answer.text("message").indexOf(problem) < 0, answer.text("message"));
    }
}
