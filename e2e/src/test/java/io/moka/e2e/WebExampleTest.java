package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The steps of the README's first tour.
class WebExampleTest {

    private static final String NAMESPACE = "web-example";
    private static final TestCluster CLUSTER = TestCluster.shared();

    @BeforeAll
    static void apply() {
        CLUSTER.lite("create", "namespace", NAMESPACE).ok();
        CLUSTER.lite("apply", "-n", NAMESPACE, "-f", "examples/web.yaml").ok();
        CLUSTER.lite("rollout", "status", "-n", NAMESPACE, "deployment/web", "--timeout", "60s").ok();
    }

    @AfterAll
    static void delete() {
        CLUSTER.lite("delete", "namespace", NAMESPACE).ok();
    }

    private static String field(String path) {
        return CLUSTER.kubectl("get", "-n", NAMESPACE, "service", "web", "-o", "jsonpath=" + path).ok();
    }

    /// Asks until all three pods have answered.
    private static Set<String> answers(String url) {
        var answers = new TreeSet<String>();
        Shell.await("answers of three pods from " + url, Duration.ofSeconds(20), () -> {
            var answer = Shell.run("curl", "-s", "-m", "2", url);
            if (answer.status() == 0) {
                answers.add(answer.out().strip());
            }
            return answers.toString();
        }, seen -> answers.size() == 3);
        return answers;
    }

    @Test
    void allThreePodsAnswerOnTheClusterAddress() {
        var answers = answers("http://" + field("{.spec.clusterIP}") + "/");
        assertTrue(answers.stream().allMatch(answer -> answer.startsWith("Hello from web-")), answers.toString());
    }

    /// Both clients write the same annotation, so that neither finds a change in what the other applied.
    @Test
    void upstreamsKubectlFindsNothingChangedAfterKubectlLite() {
        var applied = CLUSTER.kubectl("apply", "-n", NAMESPACE, "-f", "examples/web.yaml").ok();
        assertTrue(applied.lines().allMatch(line -> line.endsWith(" unchanged")), applied);
        var again = CLUSTER.lite("apply", "-n", NAMESPACE, "-f", "examples/web.yaml").ok();
        assertTrue(again.lines().allMatch(line -> line.endsWith(" unchanged")), again);
    }

    /// The image is made on this machine: its programs resolve names, and a download with a time-out works and ends.
    @Test
    void theImagesProgramsResolveNamesAndKeepTimeOuts() {
        var pod = CLUSTER.kubectl("get", "-n", NAMESPACE, "pods", "-o", "jsonpath={.items[0].metadata.name}").ok();
        for (var option : new String[] {"-T 5 -qO-", "-qT 5 -O-", "-T5 -qO -", "-qO-"}) {
            var answer = CLUSTER.lite("exec", "-n", NAMESPACE, pod, "--", "sh", "-c", "wget " + option + " http://" + pod + ":8080/").ok();
            assertTrue(answer.contains("Hello from " + pod), option + ": " + answer);
        }
        var silent = CLUSTER.lite("exec", "-n", NAMESPACE, pod, "--", "sh", "-c", "(sleep 20 | nc -l -p 9999 >/dev/null) & until netstat -ltn | grep -q :9999; do sleep 1; done; wget -T 1 -qO- http://127.0.0.1:9999/ 2>&1");
        assertTrue(silent.out().lines().anyMatch("wget: download timed out"::equals), silent.out());
    }

    @Test
    void allThreePodsAnswerOnTheNodePort() {
        var node = CLUSTER.kubectl("get", "nodes", "-o", "jsonpath={.items[0].status.addresses[0].address}").ok();
        assertEquals(3, answers("http://" + node + ":" + field("{.spec.ports[0].nodePort}") + "/").size());
    }

    @Test
    void aPodReachesTheServiceAndItself() {
        var pod = CLUSTER.kubectl("get", "-n", NAMESPACE, "pods", "-o", "jsonpath={.items[0].metadata.name}").ok();
        var address = field("{.spec.clusterIP}");
        var seen = new TreeSet<String>();
        Shell.await("answers to a pod", Duration.ofMinutes(2), () -> {
            var answer = CLUSTER.lite("exec", "-n", NAMESPACE, pod, "--", "sh", "-c", "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 2 " + address + " 80");
            answer.out().lines().filter(line -> line.startsWith("Hello")).forEach(seen::add);
            return seen.toString();
        }, any -> seen.size() == 3);
        assertTrue(seen.contains("Hello from " + pod), "the pod's own answer came through the service: " + seen);
    }

    @Test
    void connectionsToAServiceWithoutEndpointsAreRefusedAtOnce() {
        CLUSTER.kubectl("create", "-n", NAMESPACE, "service", "clusterip", "empty", "--tcp=80").ok();
        var address = CLUSTER.kubectl("get", "-n", NAMESPACE, "service", "empty", "-o", "jsonpath={.spec.clusterIP}").ok();
        long start = System.nanoTime();
        assertEquals(7, Shell.run("curl", "-s", "-m", "5", "http://" + address + "/").status(), "curl's status for a refused connection");
        assertTrue(System.nanoTime() - start < 2_000_000_000L, "refused at once, not timed out");
    }
}
