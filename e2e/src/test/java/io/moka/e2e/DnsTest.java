package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Names as a pod's own programs resolve them, by the DNS server that `moka up` installs.
class DnsTest {

    private static final String NAMESPACE = "dns-test";
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final TestCluster CLUSTER = TestCluster.shared();

    /// The first start of a build makes the server's image in the background.
    @BeforeAll
    static void apply() {
        CLUSTER.createNamespace(NAMESPACE);
        CLUSTER.kubectl("apply", "-n", NAMESPACE, "-f", "e2e/src/test/resources/io/moka/e2e/dns.yaml").ok();
        CLUSTER.kubectl("wait", "-n", NAMESPACE, "--for=condition=Ready", "pod", "--all", "--timeout=60s").ok();
        Shell.await("the DNS server's deployment", PATIENCE, () -> CLUSTER.kubectl("get", "-n", "kube-system", "deployment", "kube-dns", "-o", "name", "--ignore-not-found").out(),
                out -> out.contains("kube-dns"));
        CLUSTER.kubectl("rollout", "status", "-n", "kube-system", "deployment/kube-dns", "--timeout=120s").ok();
    }

    @AfterAll
    static void delete() {
        CLUSTER.kubectl("delete", "namespace", NAMESPACE, "--wait=false").ok();
    }

    private static Shell.Result inPod(String command) {
        return CLUSTER.kubectl("exec", "-n", NAMESPACE, "asker", "--", "sh", "-c", command);
    }

    private static String field(String kind, String name, String path) {
        return CLUSTER.kubectl("get", "-n", NAMESPACE, kind, name, "-o", "jsonpath=" + path).ok();
    }

    @ParameterizedTest
    @ValueSource(strings = {"web", "web.dns-test", "web.dns-test.svc", "web.dns-test.svc.cluster.local", "db:8080", "db-0.db:8080", "alias"})
    void programsReachServicesAndPodsByTheirNames(String host) {
        Shell.await("an answer of " + host, Duration.ofSeconds(20), () -> inPod("wget -T 5 -qO- http://" + host + "/ 2>&1").out().strip(), "Hello from db-0"::equals);
    }

    @Test
    void namesHaveTheirObjectsAddresses() {
        var service = field("service", "web", "{.spec.clusterIP}");
        var pod = field("pod", "db-0", "{.status.podIP}");
        assertTrue(inPod("nslookup web.dns-test.svc.cluster.local").ok().contains("Address: " + service));
        assertTrue(inPod("nslookup db-0.db.dns-test.svc.cluster.local").ok().contains("Address: " + pod));
        assertTrue(inPod("nslookup " + pod.replace('.', '-') + ".dns-test.pod.cluster.local").ok().contains("Address: " + pod));
        assertTrue(inPod("nslookup " + service).ok().contains("name = web.dns-test.svc.cluster.local"));
        assertTrue(inPod("nslookup -type=srv _http._tcp.db.dns-test.svc.cluster.local").ok().contains("8080 db-0.db.dns-test.svc.cluster.local"));
        var absent = inPod("nslookup none.dns-test.svc.cluster.local");
        assertTrue(absent.out().contains("NXDOMAIN"), absent.out());
    }

    @Test
    void aNewServiceIsAnsweredAtOnce() {
        CLUSTER.kubectl("create", "-n", NAMESPACE, "service", "clusterip", "late", "--tcp=80").ok();
        var answer = Shell.await("the new name", Duration.ofSeconds(5), () -> inPod("nslookup late.dns-test.svc.cluster.local").out(), out -> out.contains("Address: " + field("service", "late", "{.spec.clusterIP}")));
        assertTrue(answer.contains("late.dns-test"), answer);
    }

    @Test
    void whyTellsRuleAndObject() {
        var why = Shell.run("bin/moka", "dns", "why", "db-0.db", "--from", NAMESPACE + "/asker", "--name", CLUSTER.name()).ok();
        assertTrue(why.contains("the ready endpoint of this hostname or dashed address: EndpointSlice dns-test/db-"), why);
        assertTrue(why.contains("db-0.db.dns-test.svc.cluster.local. 5 IN A " + field("pod", "db-0", "{.status.podIP}")), why);
        var none = Shell.run("bin/moka", "dns", "why", "web", "--from", NAMESPACE + "/nobody", "--name", CLUSTER.name());
        assertEquals(1, none.status());
        assertTrue(none.out().contains("there is no pod dns-test/nobody"), none.out());
    }

    /// Upstream's test of a rollout: the old server answers until the new one does, and a while longer.
    @Test
    void aRolloutOfTheServerLosesNoAnswer() {
        var lookups = "i=0; while [ $i -lt 200 ]; do nslookup web.dns-test.svc.cluster.local >/dev/null || echo lost $i; i=$((i+1)); sleep 0.05; done";
        CLUSTER.kubectl("rollout", "restart", "-n", "kube-system", "deployment/kube-dns").ok();
        assertEquals("", inPod(lookups).ok());
        CLUSTER.kubectl("rollout", "status", "-n", "kube-system", "deployment/kube-dns", "--timeout=120s").ok();
    }
}
