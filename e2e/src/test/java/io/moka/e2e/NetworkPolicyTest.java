package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The example of network policies on a real node: which pods reach which, and which packets pass while a pod starts.
class NetworkPolicyTest {

    private static final String NAMESPACE = "shop";
    private static final int PODS = Boolean.getBoolean("moka.full") ? 100 : 8;
    private static final TestCluster CLUSTER = TestCluster.shared();
    /// A namespace without policies.
    private static final String OUTSIDE = "beyond-the-shop";
    private static final int PORT = 7777;

    private static String database;

    @BeforeAll
    static void apply() {
        CLUSTER.lite("apply", "-f", "examples/networkpolicy.yaml").ok();
        CLUSTER.kubectl("wait", "-n", NAMESPACE, "pod/database", "pod/application", "pod/stranger", "--for=condition=Ready", "--timeout=60s").ok();
        database = address("database");
    }

    @AfterAll
    static void deleteAndFindNothingLeft() {
        CLUSTER.lite("delete", "namespace", OUTSIDE).ok();
        CLUSTER.lite("delete", "namespace", NAMESPACE).ok();
        Shell.await("the kernel without policies", Duration.ofSeconds(20), () -> Shell.run("nft", "list", "tables").ok(),
                tables -> !tables.contains("moka-policy-" + CLUSTER.name()));
    }

    private static String address(String pod) {
        return CLUSTER.kubectl("get", "pod", pod, "-n", NAMESPACE, "-o", "jsonpath={.status.podIP}").ok();
    }

    private static boolean reaches(String pod) {
        return CLUSTER.lite("exec", "-n", NAMESPACE, pod, "--", "wget", "-T", "2", "-qO-", "http://" + database + ":8080/").out().contains("the data");
    }

    @Test
    void theApplicationReachesTheDatabaseAndNoStrangerDoes() {
        assertTrue(reaches("application"));
        assertFalse(reaches("stranger"));
        assertEquals("the data", Shell.run("curl", "-s", "-m", "2", "http://" + database + ":8080/").ok().strip(), "the pod's own node");
    }

    @Test
    void aLabelOpensTheDoorAndClosesIt() {
        assertFalse(reaches("stranger"));
        CLUSTER.kubectl("label", "pod", "stranger", "-n", NAMESPACE, "role=application", "--overwrite").ok();
        Shell.await("the door open", Duration.ofSeconds(5), () -> Boolean.toString(reaches("stranger")), "true"::equals);
        CLUSTER.kubectl("label", "pod", "stranger", "-n", NAMESPACE, "role=stranger", "--overwrite").ok();
        Shell.await("the door closed", Duration.ofSeconds(5), () -> Boolean.toString(reaches("stranger")), "false"::equals);
    }

    /// Pods whose only command is a connection: if it is allowed, it never fails; if not, it never succeeds.
    @ParameterizedTest
    @CsvSource({"application, Succeeded", "stranger, Failed"})
    void policiesHoldFromTheFirstInstructionOn(String role, String expected) {
        CLUSTER.kubectlWithInput(job(role), "apply", "-f", "-").ok();
        var phases = Shell.await("the end of all pods", Duration.ofSeconds(90 + PODS), () -> CLUSTER.kubectl("get", "pods", "-n", NAMESPACE, "-l", "try=" + role, "-o",
                "jsonpath={range .items[*]}{.status.phase}{\"\\n\"}{end}").out(), out -> out.lines().filter(phase -> phase.equals("Succeeded") || phase.equals("Failed")).count() == PODS);
        assertEquals(PODS, phases.lines().filter(expected::equals).count(), phases);
    }

    /// Pods that may not send or receive send from their first instruction on, and others send to them before they have an interface. No packet passes, as the
    /// kernel's counters show in the pods and at their destination. A pod without policies does the same beside them, to show that packets would arrive.
    @Test
    void noPacketPassesAnIsolatedPodFromItsFirstInstantOn() throws IOException, InterruptedException {
        CLUSTER.createNamespace(OUTSIDE);
        CLUSTER.kubectl("run", "collector", "-n", OUTSIDE, "--image=busybox:1.36", "--", "sleep", "infinity").ok();
        CLUSTER.kubectl("wait", "-n", OUTSIDE, "pod/collector", "--for=condition=Ready", "--timeout=60s").ok();
        var collector = CLUSTER.kubectl("get", "pod", "collector", "-n", OUTSIDE, "-o", "jsonpath={.status.podIP}").ok();
        var container = CLUSTER.kubectl("get", "pod", "collector", "-n", OUTSIDE, "-o", "jsonpath={.status.containerStatuses[0].containerID}").ok().replace("docker://", "");
        var pid = Shell.run("docker", "inspect", "-f", "{{.State.Pid}}", container).ok().strip();
        var spray = new ProcessBuilder("nsenter", "-t", pid, "-n", ProcessHandle.current().info().command().orElseThrow(), "-XX:TieredStopAtLevel=1", "-Xmx64m", "-cp",
                System.getProperty("java.class.path"), PacketSpray.class.getName(), collector, Integer.toString(PORT)).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            CLUSTER.kubectlWithInput(silentJob(NAMESPACE, PODS, collector), "apply", "-f", "-").ok();
            var received = countersOfAll(NAMESPACE, PODS).stream().map(counters -> counters.get("Ip InReceives")).toList();
            assertEquals(Collections.nCopies(PODS, 0L), received, "packets that each isolated pod received");
            assertEquals(0, arrived(collector), "packets of isolated pods that arrived");
            CLUSTER.kubectlWithInput(silentJob(OUTSIDE, 1, collector), "apply", "-f", "-").ok();
            var open = countersOfAll(OUTSIDE, 1).getFirst();
            assertTrue(open.get("Udp NoPorts") > 0, "a pod without policies is sent to: " + open);
            assertTrue(arrived(collector) > 0, "and its packets arrive");
            assertTrue(spray.isAlive(), "packets were sent until now");
        } finally {
            spray.destroyForcibly().waitFor();
            CLUSTER.kubectl("delete", "job", "silent", "-n", NAMESPACE).ok();
        }
    }

    /// Returns the number of UDP and TCP packets that the collector received; it sends no requests itself, so none of them is an answer.
    private static long arrived(String collector) {
        var counters = counters(CLUSTER.lite("exec", "-n", OUTSIDE, "collector", "--", "cat", "/proc/net/snmp").ok());
        return counters.get("Udp InDatagrams") + counters.get("Udp NoPorts") + counters.get("Tcp InSegs");
    }

    /// Returns the counters of each pod of the job, as the pods printed them at their end.
    private static List<Map<String, Long>> countersOfAll(String namespace, int pods) {
        var names = Shell.await("the end of all silent pods", Duration.ofSeconds(120 + 2L * pods), () -> CLUSTER.kubectl("get", "pods", "-n", namespace, "-l", "try=silent", "-o",
                "jsonpath={range .items[?(@.status.phase==\"Succeeded\")]}{.metadata.name}{\"\\n\"}{end}").out(), out -> out.lines().count() == pods);
        return names.lines().map(pod -> counters(CLUSTER.kubectl("logs", "-n", namespace, pod).ok())).toList();
    }

    /// The kernel's counters by protocol and name; in the file a line of names comes before each line of figures.
    private static Map<String, Long> counters(String text) {
        var counters = new HashMap<String, Long>();
        String[] names = {};
        for (var line : text.lines().toList()) {
            var words = line.split(" ");
            if (names.length == words.length && names[0].equals(words[0])) {
                for (int i = 1; i < words.length; i++) {
                    counters.put(words[0].replace(":", " ") + names[i], Long.valueOf(words[i]));
                }
            }
            names = words;
        }
        return counters;
    }

    private static String silentJob(String namespace, int pods, String collector) {
        return """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: silent, namespace: %1$s}
                spec:
                  parallelism: %2$d
                  completions: %2$d
                  template:
                    metadata: {labels: {role: silent, try: silent}}
                    spec:
                      restartPolicy: Never
                      terminationGracePeriodSeconds: 1
                      containers:
                        - name: try
                          image: busybox:1.36
                          command: [sh, -c, "timeout 2 tftp -g -r x -l /tmp/x %3$s %4$d 2>/dev/null & nc -w 2 %3$s %4$d 2>/dev/null </dev/null; wait; cat /proc/net/snmp"]
                """.formatted(namespace, pods, collector, PORT);
    }

    private static String job(String role) {
        return """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: try-%1$s, namespace: %2$s}
                spec:
                  parallelism: %3$d
                  completions: %3$d
                  backoffLimitPerIndex: 0
                  completionMode: Indexed
                  template:
                    metadata: {labels: {role: %1$s, try: %1$s}}
                    spec:
                      restartPolicy: Never
                      terminationGracePeriodSeconds: 1
                      containers:
                        - {name: try, image: "busybox:1.36", command: [wget, -T, "1", -qO-, "http://%4$s:8080/"]}
                """.formatted(role, NAMESPACE, PODS, database);
    }
}
