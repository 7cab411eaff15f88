package io.moka.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The plugin on the real kernel: a bridge of the test's own on the host, and containers that are bare namespaces.
class CniPluginTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String BRIDGE = "mokat" + ProcessHandle.current().pid() % 100_000;
    private static final String NETWORK = "test";

    @TempDir
    private Path folder;

    private final List<String> namespaces = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();

    private record Answer(int status, JsonNode json) {
        int code() {
            return json.path("code").asInt();
        }

        String address() {
            return json.at("/ips/0/address").asText().replaceAll("/.*", "");
        }
    }

    @BeforeEach
    void begin() {
        assertFalse(Files.exists(Path.of("/sys/class/net", BRIDGE)), "an earlier test has left " + BRIDGE);
    }

    @AfterEach
    void end() throws Exception {
        for (var process : processes) {
            process.destroyForcibly().waitFor();
        }
        plugin("TEARDOWN", "", "", config());
        for (var namespace : namespaces) {
            host("ip", "netns", "delete", namespace);
        }
    }

    private ObjectNode config() {
        var config = JSON.createObjectNode().put("cniVersion", "1.1.0").put("name", NETWORK).put("type", "moka-cni").put("bridge", BRIDGE);
        config.putObject("ipam").put("subnet", "10.253.7.0/24").put("dataDir", folder.resolve("data").toString());
        return config;
    }

    private ObjectNode withPort(int hostPort) {
        var config = config();
        config.putObject("runtimeConfig").putArray("portMappings").addObject().put("hostPort", hostPort).put("containerPort", 8080).put("protocol", "tcp");
        return config;
    }

    private String namespace() throws IOException {
        var name = "moka-cni-test-" + ProcessHandle.current().pid() + "-" + namespaces.size();
        host("ip", "netns", "add", name);
        namespaces.add(name);
        return name;
    }

    private static String host(String... command) throws IOException {
        var result = Kernel.run(List.of(command), List.of());
        assertTrue(result.ok(), () -> String.join(" ", command) + ": " + result.output() + " (the test needs root, iproute2, nftables, busybox)");
        return result.output();
    }

    private static String inside(String namespace, String... command) throws IOException {
        var whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        whole.addAll(List.of(command));
        return host(whole.toArray(String[]::new));
    }

    private static Map<String, String> environment(String command, String container, String namespace) {
        var environment = new HashMap<>(Map.of("CNI_COMMAND", command, "CNI_CONTAINERID", container, "CNI_IFNAME", "eth0", "CNI_PATH", "/opt/cni/bin"));
        if (!namespace.isEmpty()) {
            environment.put("CNI_NETNS", "/var/run/netns/" + namespace);
        }
        return environment;
    }

    private static Answer plugin(String command, String container, String namespace, ObjectNode config) throws IOException {
        return plugin(environment(command, container, namespace), config.toString());
    }

    private static Answer plugin(Map<String, String> environment, String stdin) throws IOException {
        return plugin(environment, new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)));
    }

    private static Answer plugin(Map<String, String> environment, InputStream stdin) throws IOException {
        var out = new ByteArrayOutputStream();
        int status = CniPlugin.run(environment, stdin, new PrintStream(out));
        return new Answer(status, out.size() == 0 ? JSON.createObjectNode() : JSON.readTree(out.toByteArray()));
    }

    private Answer add(String container, String namespace) throws IOException {
        var answer = plugin("ADD", container, namespace, config());
        assertEquals(0, answer.status, answer.json::toString);
        return answer;
    }

    private List<String> reserved() throws IOException {
        try (var files = Files.list(folder.resolve("data").resolve(NETWORK))) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith("10.")).sorted().toList();
        }
    }

    private static List<String> cables() throws IOException {
        return host("ip", "-o", "link", "show", "master", BRIDGE).lines().toList();
    }

    /// Makes a namespace when the plugin begins to read.
    private final class InputAfterNamespace extends ByteArrayInputStream {

        private final String name;

        InputAfterNamespace(String name) {
            super(config().toString().getBytes(StandardCharsets.UTF_8));
            this.name = name;
        }

        @Override
        public byte[] readAllBytes() {
            try {
                host("ip", "netns", "add", name);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            namespaces.add(name);
            return super.readAllBytes();
        }
    }

    @Test
    void theNamespaceMayBeMadeWhileThePluginWaitsForItsInput() throws IOException {
        var name = "moka-cni-test-" + ProcessHandle.current().pid() + "-late";
        var answer = plugin(environment("ADD", "one", name), new InputAfterNamespace(name));
        assertEquals(0, answer.status, answer.json::toString);
        assertTrue(inside(name, "ip", "-o", "-4", "addr", "show", "dev", "eth0").contains(answer.address()));
    }

    @Test
    void anAddedContainerReachesTheNodeAndItsNeighbour() throws IOException {
        var first = namespace();
        var second = namespace();
        var one = add("one", first);
        var two = add("two", second);
        assertEquals("1.1.0", one.json.path("cniVersion").asText());
        assertEquals("10.253.7.1", one.json.at("/ips/0/gateway").asText());
        assertEquals("eth0", one.json.at("/interfaces/2/name").asText());
        assertEquals(2, one.json.at("/ips/0/interface").asInt());
        inside(first, "busybox", "ping", "-c", "1", "-W", "2", "10.253.7.1");
        inside(first, "busybox", "ping", "-c", "1", "-W", "2", two.address());
        assertTrue(inside(first, "ip", "route").contains("default via 10.253.7.1"));
        assertEquals(0, plugin("CHECK", "one", first, config()).status);
    }

    @Test
    void checkSeesWhatIsWrong() throws IOException {
        var namespace = namespace();
        add("one", namespace);
        assertEquals(CniException.CHECK_FAILED, plugin("CHECK", "stranger", namespace, config()).code());
        inside(namespace, "ip", "route", "del", "default");
        assertEquals(CniException.CHECK_FAILED, plugin("CHECK", "one", namespace, config()).code());
    }

    @Test
    void deleteTakesAllBackAndMayComeTwiceOrWithoutANamespace() throws IOException {
        var namespace = namespace();
        add("one", namespace);
        assertEquals(1, cables().size());
        for (var remaining : List.of(namespace, "", "gone")) {
            var answer = plugin("DEL", "one", remaining, config());
            assertEquals(0, answer.status, answer.json::toString);
            assertEquals(List.of(), reserved());
            assertEquals(0, cables().size());
        }
        assertEquals(0, plugin("DEL", "never-was", "", config()).status);
    }

    @Test
    void anAddThatFailsHalfWayLeavesNothing() throws IOException {
        var namespace = namespace();
        inside(namespace, "ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth1");
        var refused = plugin("ADD", "one", namespace, config());
        assertEquals(1, refused.status);
        assertEquals(CniException.KERNEL_REFUSED, refused.code());
        assertEquals(List.of(), reserved());
        assertEquals(0, cables().size());
    }

    @Test
    void aSecondAddOfTheSameAttachmentHarmsNotTheFirst() throws IOException {
        var namespace = namespace();
        var first = add("one", namespace);
        assertEquals(1, plugin("ADD", "one", namespace, config()).status);
        assertEquals(List.of(first.address()), reserved());
        assertEquals(0, plugin("CHECK", "one", namespace, config()).status);
    }

    @Test
    void addressesRestBeforeTheyAreUsedAgain() throws IOException {
        var namespace = namespace();
        var first = add("one", namespace).address();
        plugin("DEL", "one", namespace, config());
        assertNotEquals(first, add("two", namespace).address());
    }

    @Test
    void whenAllAddressesAreGivenAwayAddAndStatusSaySo() throws IOException {
        var config = config();
        ((ObjectNode) config.get("ipam")).put("subnet", "10.253.7.0/29");
        assertEquals(0, plugin("STATUS", "", "", config).status);
        for (int i = 0; i < 5; i++) {
            assertEquals(0, plugin("ADD", "c" + i, namespace(), config).status);
        }
        var full = namespace();
        assertEquals(CniException.NO_ADDRESS_LEFT, plugin("ADD", "c6", full, config).code());
        assertEquals(CniException.UNAVAILABLE, plugin("STATUS", "", "", config).code());
        plugin("DEL", "c3", "", config);
        assertEquals(0, plugin("STATUS", "", "", config).status);
        assertEquals(0, plugin("ADD", "c6", full, config).status);
    }

    @Test
    void garbageCollectionKeepsOnlyWhatIsListed() throws IOException {
        add("kept", namespace());
        add("lost", namespace());
        var config = config();
        config.putArray("cni.dev/valid-attachments").addObject().put("containerID", "kept").put("ifname", "eth0");
        assertEquals(0, plugin("GC", "", "", config).status);
        assertEquals(1, reserved().size());
        assertEquals(1, cables().size());
        assertEquals(0, plugin("CHECK", "kept", namespaces.getFirst(), config()).status);
    }

    @Test
    void aHostPortLeadsToItsContainerUntilThatIsGone() throws IOException {
        var namespace = namespace();
        var answer = plugin("ADD", "one", namespace, withPort(29_471));
        assertEquals(0, answer.status, answer.json::toString);
        processes.add(new ProcessBuilder("ip", "netns", "exec", namespace, "busybox", "nc", "-ll", "-p", "8080", "-e", "/bin/echo", "here").start());
        awaitAnswer(answer.address());
        var other = namespace();
        add("two", other);
        assertEquals("here", inside(other, "busybox", "nc", "-w", "2", "10.253.7.1", "29471"), "from a neighbour to the node's port");
        assertEquals("here", inside(namespace, "busybox", "nc", "-w", "2", "10.253.7.1", "29471"), "hairpin");
        assertEquals("here", host("busybox", "nc", "-w", "2", "10.253.7.1", "29471"), "from the node");
        assertEquals("here", host("busybox", "nc", "-w", "2", "127.0.0.1", "29471"), "from the node to itself");
        plugin("DEL", "one", namespace, config());
        assertFalse(host("nft", "list", "table", "ip", "moka-cni-" + BRIDGE).contains("29471"));
    }

    @Test
    void aHostPortOfOneAddressIsAnsweredThereAlone() throws IOException {
        var namespaces = List.of(namespace(), namespace());
        var addresses = List.of("127.0.0.1", "10.253.7.1");
        for (int i = 0; i < 2; i++) {
            var config = withPort(29_473);
            ((ObjectNode) config.at("/runtimeConfig/portMappings/0")).put("hostIP", addresses.get(i));
            var answer = plugin("ADD", "c" + i, namespaces.get(i), config);
            assertEquals(0, answer.status, answer.json::toString);
            processes.add(new ProcessBuilder("ip", "netns", "exec", namespaces.get(i), "busybox", "nc", "-ll", "-p", "8080", "-e", "/bin/echo", "pod" + i).start());
            awaitAnswer(answer.address());
        }
        assertEquals("pod0", host("busybox", "nc", "-w", "2", "127.0.0.1", "29473"));
        assertEquals("pod1", host("busybox", "nc", "-w", "2", "10.253.7.1", "29473"));
    }

    @Test
    void aPodDoesNotReachTheNodesLoopback() throws IOException {
        var namespace = namespace();
        add("one", namespace);
        inside(namespace, "ip", "addr", "del", "127.0.0.1/8", "dev", "lo");
        inside(namespace, "sysctl", "-qw", "net.ipv4.conf.all.route_localnet=1");
        inside(namespace, "ip", "route", "add", "127.0.0.0/8", "via", "10.253.7.1", "dev", "eth0", "onlink");
        try (var own = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            own.setSoTimeout(2_000);
            var call = List.of("ip", "netns", "exec", namespace, "busybox", "nc", "-w", "1", "127.0.0.1", Integer.toString(own.getLocalPort()));
            processes.add(new ProcessBuilder(call).start());
            assertThrows(SocketTimeoutException.class, own::accept);
            host("nft", "flush", "chain", "ip", "moka-cni-" + BRIDGE, "no-loopback");
            processes.add(new ProcessBuilder(call).start());
            assertTrue(own.accept().isConnected(), "without the rule it would");
        }
    }

    private static void awaitAnswer(String address) throws IOException {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!Kernel.run(List.of("busybox", "nc", "-w", "1", address, "8080"), List.of()).ok()) {
            assertTrue(System.nanoTime() < deadline, "no answer from " + address);
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Test
    void aHostPortThatIsTakenStaysWithItsOwner() throws IOException {
        var owner = plugin("ADD", "one", namespace(), withPort(29_472));
        assertEquals(0, owner.status);
        assertEquals(1, plugin("ADD", "two", namespace(), withPort(29_472)).status);
        assertEquals(List.of(owner.address()), reserved());
        var rules = host("nft", "list", "table", "ip", "moka-cni-" + BRIDGE);
        assertTrue(rules.contains("29472 : " + owner.address()), rules);
    }

    @Test
    void aHostPortThatAProgramOfTheNodeListensOnIsRefused() throws IOException {
        try (var program = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()); var datagrams = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            var taken = withPort(program.getLocalPort());
            var refused = plugin("ADD", "one", namespace(), taken);
            assertEquals(CniException.PORT_TAKEN, refused.code(), refused.json::toString);
            var overUdp = withPort(datagrams.getLocalPort());
            ((ObjectNode) overUdp.at("/runtimeConfig/portMappings/0")).put("protocol", "udp");
            assertEquals(CniException.PORT_TAKEN, plugin("ADD", "one", namespaces.getLast(), overUdp).code());
            assertEquals(List.of(), reserved());

            ((ObjectNode) taken.at("/runtimeConfig/portMappings/0")).put("hostIP", "10.253.7.1");
            var elsewhere = plugin("ADD", "one", namespaces.getLast(), taken);
            assertEquals(0, elsewhere.status, elsewhere.json::toString);
        }
    }

    @Test
    void aHostPortOfAllAddressesAndOneOfASingleAddressConflict() throws IOException {
        assertEquals(0, plugin("ADD", "one", namespace(), withPort(29_474)).status);
        var addressed = withPort(29_474);
        ((ObjectNode) addressed.at("/runtimeConfig/portMappings/0")).put("hostIP", "10.253.7.1");

        assertEquals(CniException.PORT_TAKEN, plugin("ADD", "two", namespace(), addressed).code());

        assertEquals(0, plugin("DEL", "one", "", config()).status);
        assertEquals(0, plugin("ADD", "two", namespaces.getLast(), addressed).status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "torn", "torn\r\n"})
    void aReservationThatWasCutShortBreaksNothing(String content) throws IOException {
        var data = Files.createDirectories(folder.resolve("data").resolve(NETWORK));
        Files.writeString(data.resolve("last_reserved_ip.0"), content);
        Files.writeString(data.resolve("10.253.7.2"), content);
        Files.writeString(data.resolve("ports-one-eth0"), "tcp - 29");

        var answer = add("one", namespace());

        assertEquals("10.253.7.3", answer.address());
        assertEquals(0, plugin("CHECK", "one", namespaces.getFirst(), config()).status);
        var config = config();
        config.putArray("cni.dev/valid-attachments").addObject().put("containerID", "one").put("ifname", "eth0");
        assertEquals(0, plugin("GC", "", "", config).status);
        assertEquals(List.of("10.253.7.3"), reserved());
        assertEquals(0, plugin("DEL", "one", "", config()).status);
        assertEquals(List.of(), reserved());
    }

    /// Its address may be the one whose file is torn.
    @Test
    void aTornReservationStaysWhileAnAttachmentLacksItsOwn() throws IOException {
        add("one", namespace());
        Files.writeString(folder.resolve("data").resolve(NETWORK).resolve(reserved().getFirst()), "");
        var config = config();
        config.putArray("cni.dev/valid-attachments").addObject().put("containerID", "one").put("ifname", "eth0");

        assertEquals(0, plugin("GC", "", "", config).status);

        assertEquals(1, reserved().size());
    }

    @Test
    void deleteSucceedsWithPortsThatCannotBeRead() throws IOException {
        add("one", namespace());
        var config = withPort(29_475);
        ((ObjectNode) config.at("/runtimeConfig/portMappings/0")).put("hostIP", "0.0.0.0; x");

        assertEquals(CniException.INVALID_CONFIGURATION, plugin("ADD", "two", namespace(), config).code());
        var answer = plugin("DEL", "one", "", config);

        assertEquals(0, answer.status, answer.json::toString);
        assertEquals(List.of(), reserved());
    }

    @Test
    void teardownLeavesNothing() throws IOException {
        add("one", namespace());
        assertEquals(0, plugin("TEARDOWN", "", "", config()).status);
        assertFalse(Files.exists(Path.of("/sys/class/net", BRIDGE)));
        assertFalse(host("nft", "list", "tables").contains(BRIDGE));
        assertFalse(Files.exists(folder.resolve("data").resolve(NETWORK)));
        assertEquals(0, plugin("TEARDOWN", "", "", config()).status);
    }

    @Test
    void pluginsThatRunAtTheSameTimeGiveDifferentAddresses() throws Exception {
        var adds = new ArrayList<Process>();
        for (int i = 0; i < 6; i++) {
            var builder = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                    "-cp", System.getProperty("java.class.path"), CniPlugin.class.getName());
            builder.environment().putAll(environment("ADD", "c" + i, namespace()));
            var process = builder.start();
            process.getOutputStream().write(config().toString().getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            adds.add(process);
        }
        var addresses = new HashSet<String>();
        for (var process : adds) {
            var output = JSON.readTree(process.getInputStream());
            assertEquals(0, process.waitFor(), output::toString);
            addresses.add(new Answer(0, output).address());
        }
        assertEquals(6, addresses.size());
        assertEquals(6, cables().size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "FLY||{}|4", "||{}|4", "ADD|CNI_CONTAINERID|{}|4", "ADD|CNI_IFNAME|{}|4", "ADD|CNI_NETNS|{}|4",
        "ADD||nonsense|6", "ADD||[]|6", "ADD||''|6", "ADD||{\"cniVersion\":\"9.9.9\"}|1", "ADD||{\"name\":\"a b\"}|7", "ADD||{\"name\":\"\"}|7",
        "ADD||{\"bridge\":\"much-too-long-a-name\"}|7", "ADD||{\"bridge\":\"a;b\"}|7", "ADD||{\"ipam\":{\"subnet\":\"10.0.0.0\"}}|7",
        "ADD||{\"ipam\":{\"subnet\":\"10.0.0.0/31\"}}|7", "ADD||{\"ipam\":{\"subnet\":\"10.0.0.999/24\"}}|7",
        "ADD||{\"runtimeConfig\":{\"portMappings\":[{\"hostPort\":70000,\"containerPort\":1}]}}|7",
        "ADD||{\"runtimeConfig\":{\"portMappings\":[{\"hostPort\":7000,\"containerPort\":70000}]}}|7",
        "ADD||{\"runtimeConfig\":{\"portMappings\":[{\"hostPort\":7000,\"containerPort\":1,\"protocol\":\"icmp\"}]}}|7",
        "ADD||{\"runtimeConfig\":{\"portMappings\":[{\"hostPort\":7000,\"containerPort\":1,\"hostIP\":\"x\"}]}}|7"})
    void badInputGetsTheSpecificationsCode(String command, String missing, String change, int code) throws IOException {
        var environment = environment(command == null ? "" : command, "one", "self");
        environment.put("CNI_NETNS", "/proc/self/ns/net");
        environment.remove(missing == null ? "" : missing);
        var stdin = change.startsWith("{") ? config().setAll((ObjectNode) JSON.readTree(change)).toString() : change;
        var refused = plugin(environment, stdin);
        assertEquals(1, refused.status);
        assertEquals(code, refused.code(), refused.json::toString);
        assertFalse(refused.json.path("msg").asText().isEmpty());
        assertFalse(Files.exists(Path.of("/sys/class/net", BRIDGE)));
    }

    @Test
    void aNamespaceThatIsNotThereIsAnUnknownContainer() throws IOException {
        assertEquals(CniException.UNKNOWN_CONTAINER, plugin("ADD", "one", "never-was", config()).code());
    }

    @Test
    void versionNamesAllThatAreSpoken() throws IOException {
        var answer = plugin(Map.of("CNI_COMMAND", "VERSION"), "{\"cniVersion\":\"0.4.0\"}");
        assertEquals("0.4.0", answer.json.path("cniVersion").asText());
        assertEquals("[\"0.4.0\",\"1.0.0\",\"1.1.0\"]", answer.json.path("supportedVersions").toString());
    }
}
