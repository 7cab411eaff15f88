package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Services of type LoadBalancer, used from a network beside the node's by that network's own tools.
class LoadBalancerTest {

    private static final String NAMESPACE = "balanced";
    private static final String NETWORK = "192.168.231.";
    private static final String CLIENT = NETWORK + "2";
    private static final String POOLED = NETWORK + "240";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String LAN = "moka-lan-" + ProcessHandle.current().pid();
    private static final String LINK = "mlan" + ProcessHandle.current().pid() % 1_000_000;
    private static final TestCluster CLUSTER = TestCluster.shared();

    @BeforeAll
    static void connect() {
        for (var command : List.of("ip netns add " + LAN, "ip link add " + LINK + " type veth peer name eth0 netns " + LAN, "ip addr add " + NETWORK + "1/24 dev " + LINK,
                "ip link set " + LINK + " up", "ip -n " + LAN + " addr add " + CLIENT + "/24 dev eth0", "ip -n " + LAN + " link set eth0 up", "ip -n " + LAN + " route add default via " + NETWORK + "1")) {
            Shell.run(command.split(" ")).ok();
        }
        CLUSTER.kubectl("create", "configmap", "moka-load-balancer", "-n", "kube-system", "--from-literal=home=" + POOLED + "-" + NETWORK + "250").ok();
        CLUSTER.createNamespace(NAMESPACE);
        CLUSTER.kubectl("apply", "-n", NAMESPACE, "-f", "e2e/src/test/resources/io/moka/e2e/load-balancer.yaml").ok();
        CLUSTER.kubectl("wait", "-n", NAMESPACE, "--for=condition=Ready", "pod", "--all", "--timeout=60s").ok();
    }

    @AfterAll
    static void disconnect() {
        CLUSTER.kubectl("delete", "namespace", NAMESPACE, "--wait=false").ok();
        CLUSTER.kubectl("delete", "configmap", "moka-load-balancer", "-n", "kube-system").ok();
        Shell.run("ip", "netns", "delete", LAN).ok();
    }

    private static String inLan(String... command) {
        var whole = new ArrayList<>(List.of("ip", "netns", "exec", LAN));
        whole.addAll(List.of(command));
        return Shell.run(whole.toArray(String[]::new)).out();
    }

    private static String page(String address) {
        return inLan("curl", "-s", "--max-time", "2", "http://" + address + "/cgi-bin/from").strip();
    }

    private static String arping() {
        return inLan("busybox", "arping", "-c", "1", "-w", "1", "-I", "eth0", POOLED);
    }

    private static String address(String service) {
        return CLUSTER.kubectl("get", "-n", NAMESPACE, "service", service, "-o", "jsonpath={.status.loadBalancer.ingress[0].ip} {.status.loadBalancer.ingress[0].ipMode}").out();
    }

    private static String events(String reason) {
        return CLUSTER.kubectl("get", "events", "-n", NAMESPACE, "--field-selector", "reason=" + reason, "-o", "jsonpath={.items[*].message}").out();
    }

    @Test
    void anAddressOfThePoolIsAnsweredKeepsTheClientsAddressAndSurvivesTheProxy() {
        Shell.await("an address", PATIENCE, () -> address("pooled"), (POOLED + " VIP")::equals);
        Shell.await("the page", PATIENCE, () -> page(POOLED), text -> text.contains(CLIENT));
        assertTrue(arping().contains("reply from " + POOLED), arping());
        assertTrue(events("AddressAnnounced").contains(POOLED), events("AddressAnnounced"));
        assertEquals("", CLUSTER.kubectl("get", "-n", NAMESPACE, "service", "pooled", "-o", "jsonpath={.spec.ports[0].nodePort}").ok());
        var path = CLUSTER.lite("path", "-n", NAMESPACE, "outside/" + CLIENT, "service/pooled").ok();
        assertTrue(path.contains("reached from outside at " + POOLED) && path.contains("the endpoint sees the client's address " + CLIENT), path);
        Shell.run("kill", "-9", Long.toString(CLUSTER.pid("proxy"))).ok();
        assertTrue(page(POOLED).contains(CLIENT), "the rules work on while no proxy runs");
        Shell.await("an answer of the new proxy", PATIENCE, LoadBalancerTest::arping, answer -> answer.contains("reply from " + POOLED));
        assertEquals(POOLED + " VIP", address("pooled"), "the same address");
    }

    @Test
    void theNodesOwnAddressServesUnlessAProcessHasThePort() throws IOException {
        try (var process = new ServerSocket(0)) {
            int port = process.getLocalPort();
            CLUSTER.kubectlWithInput("""
                    apiVersion: v1
                    kind: Service
                    metadata: {name: own}
                    spec: {type: LoadBalancer, externalTrafficPolicy: Local, selector: {app: web}, ports: [{port: %d, targetPort: 8080}]}
                    """.formatted(port), "apply", "-n", NAMESPACE, "-f", "-").ok();
            Shell.await("the event that names the process", PATIENCE, () -> events("PortTaken"), text -> text.contains("is taken by process java (pid " + ProcessHandle.current().pid() + ")"));
            CLUSTER.kubectlWithInput("""
                    apiVersion: v1
                    kind: Service
                    metadata: {name: rival}
                    spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: %d, targetPort: 8080}]}
                    """.formatted(port), "apply", "-n", NAMESPACE, "-f", "-").ok();
            Shell.await("the event that names the service", PATIENCE, () -> events("PortTaken"), text -> text.contains("is taken by service " + NAMESPACE + "/own"));
            CLUSTER.kubectl("delete", "-n", NAMESPACE, "service", "rival").ok();
            var node = address("own").split(" ")[0];
            process.close();
            // a change of the service has its port tried again at once
            CLUSTER.kubectl("annotate", "-n", NAMESPACE, "service", "own", "again=1").ok();
            Shell.await("the page", PATIENCE, () -> page(node + ":" + port), text -> text.contains(CLIENT));
            CLUSTER.kubectl("delete", "-n", NAMESPACE, "service", "own").ok();
            Shell.await("the end", PATIENCE, () -> page(node + ":" + port), ""::equals);
        }
    }
}
