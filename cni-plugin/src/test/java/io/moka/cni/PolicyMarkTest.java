package io.moka.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// ADD and DEL beside an agent for network policies, whose part the test plays.
class PolicyMarkTest {

    private static final String BRIDGE = "mokap" + ProcessHandle.current().pid() % 100_000;
    private static final String TABLE = "moka-mark-test-" + ProcessHandle.current().pid();
    private static final String NAMESPACE = TABLE;
    private static final String ADDRESS = "10.253.9.2";

    @TempDir
    private Path folder;

    private record Answer(int status, String text) {
    }

    @BeforeEach
    void begin() throws IOException {
        host("ip", "netns", "add", NAMESPACE);
    }

    @AfterEach
    void end() throws IOException {
        plugin("TEARDOWN", "");
        host("ip", "netns", "delete", NAMESPACE);
        Kernel.nft("add table ip " + TABLE + "\ndelete table ip " + TABLE);
    }

    private static void agentComes() throws IOException {
        Kernel.nft("table ip " + TABLE + " {\n set pods { type ipv4_addr; }\n set unjudged { type ipv4_addr; }\n}");
    }

    private static String host(String... command) throws IOException {
        var result = Kernel.run(List.of(command), List.of());
        assertTrue(result.ok(), () -> String.join(" ", command) + ": " + result.output() + " (the test needs root, iproute2, nftables)");
        return result.output();
    }

    private Answer plugin(String command, String arguments) {
        var config = "{\"cniVersion\": \"1.1.0\", \"name\": \"test\", \"type\": \"moka-cni\", \"bridge\": \"%s\", \"policyTable\": \"%s\", \"ipam\": {\"subnet\": \"10.253.9.0/24\", \"dataDir\": \"%s\"}}"
                .formatted(BRIDGE, TABLE, folder.resolve("data"));
        var out = new ByteArrayOutputStream();
        int status = CniPlugin.run(Map.of("CNI_COMMAND", command, "CNI_CONTAINERID", "marked", "CNI_IFNAME", "eth0", "CNI_NETNS", "/var/run/netns/" + NAMESPACE, "CNI_ARGS", arguments),
                new ByteArrayInputStream(config.getBytes(StandardCharsets.UTF_8)), new PrintStream(out));
        return new Answer(status, out.toString(StandardCharsets.UTF_8));
    }

    private Answer add() {
        return plugin("ADD", "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_UID=1234-abcd;K8S_POD_NAME=web");
    }

    private static boolean holds(String set) throws IOException {
        return Kernel.run(List.of("nft", "get", "element", "ip", TABLE, set, "{ " + ADDRESS + " }"), List.of()).ok();
    }

    private static void await(String set) throws IOException {
        for (long end = System.nanoTime() + Duration.ofSeconds(10).toNanos(); !holds(set); LockSupport.parkNanos(1_000_000)) {
            assertTrue(System.nanoTime() < end, "nothing was marked");
        }
    }

    @Test
    void anAddWaitsUntilItsAddressIsJudged() throws Exception {
        agentComes();
        var running = CompletableFuture.supplyAsync(this::add);
        await("unjudged");
        assertTrue(host("nft", "list", "set", "ip", TABLE, "pods").contains(ADDRESS + " comment \"1234-abcd\""));
        for (long end = System.nanoTime() + Duration.ofSeconds(10).toNanos(); !Kernel.run(List.of("ip", "link", "show", "master", BRIDGE), List.of()).output().contains("veth");) {
            assertTrue(System.nanoTime() < end, "no cable was laid");
        }
        assertFalse(running.isDone());
        Kernel.nft("delete element ip " + TABLE + " unjudged { " + ADDRESS + " }");
        assertEquals(0, running.get(10, TimeUnit.SECONDS).status);
        assertTrue(holds("pods"), "an agent that starts now must know whose the address is");
        assertEquals(0, plugin("DEL", "").status);
        assertFalse(holds("pods"));
    }

    @Test
    void anAddThatNobodyJudgesFailsAndSaysWhy() throws Exception {
        agentComes();
        var answer = add();
        assertEquals(1, answer.status);
        assertTrue(answer.text.contains("has not applied the network policies to 10.253.9.2"), answer.text);
        assertFalse(holds("pods"));
        assertFalse(holds("unjudged"));
        assertFalse(host("ip", "-o", "link", "show", "master", BRIDGE).contains("veth"));
    }

    @Test
    void nobodyWaitsWhereThereIsNoAgentOrNoPod() throws Exception {
        assertEquals(0, add().status);
        assertEquals(0, plugin("DEL", "").status);
        agentComes();
        assertEquals(0, plugin("ADD", "").status);
        assertFalse(holds("pods"));
        assertFalse(holds("unjudged"));
    }

    @Test
    void anAddEndsWhenTheAgentTakesItsTableAway() throws Exception {
        agentComes();
        var running = CompletableFuture.supplyAsync(this::add);
        await("unjudged");
        Kernel.nft("delete table ip " + TABLE);
        assertEquals(0, running.get(10, TimeUnit.SECONDS).status);
    }
}
