package io.moka.kubelet.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.kubelet.cni.PodNetworks;
import io.moka.kubelet.cni.ScriptedPlugins;
import io.moka.kubelet.runtime.FakeRuntime;
import io.moka.machinery.meta.Quantities;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeStatusesTest {

    @TempDir
    Path folder;

    private final FakeRuntime runtime = new FakeRuntime();
    private final AtomicReference<String> address = new AtomicReference<>("192.0.2.1");
    private static final NodeStatuses.Reserve RESERVE = new NodeStatuses.Reserve(500, 64L << 20, 0, 32L << 20, 1L << 20);

    private final AtomicReference<Set<Pressure>> pressures = new AtomicReference<>(Set.of());
    private NodeStatuses statuses;

    @BeforeEach
    void open() throws Exception {
        var plugins = new ScriptedPlugins(folder).configure("1.0.0", "first");
        var networks = new PodNetworks(plugins.configurations(), plugins.binaries(), folder.resolve("attachments"), () -> "10.1.0.0/24", InstantSource.system());
        statuses = new NodeStatuses(new NodeSettings("n1", address::get, 10250, Map.of(), List.of(), 110, null), new Machine(folder), runtime, networks, Capacity.of(new Machine(folder), Map.of()), RESERVE, pressures::get, InstantSource.system());
    }

    private NodeStatus now() {
        return statuses.now(List.of(), Map.of());
    }

    @Test
    void nodeWhoseEngineHangsIsNotReadyUntilItAnswers() {
        assertTrue(NodeStatuses.isReady(now()));
        runtime.hang(true);
        assertFalse(NodeStatuses.isReady(now()));
        var ready = now().getConditions().stream().filter(condition -> condition.getType().equals("Ready")).findFirst().orElseThrow();
        assertTrue(ready.getMessage().startsWith("container runtime is down: the Docker engine did not answer"), ready.getMessage());
        runtime.hang(false);
        assertTrue(NodeStatuses.isReady(now()));
    }

    @Test
    void extendedResourcesCanAllBeHad() {
        var status = statuses.now(List.of(), Map.of("example.com/dongle", new Quantity("5")));

        assertEquals("5", status.getAllocatable().get("example.com/dongle").toString());
        assertFalse(status.getCapacity().containsKey("example.com/dongle"), "their capacity is others' to write");
        assertFalse(now().getAllocatable().containsKey("example.com/dongle"));
    }

    @Test
    void addressFollows() {
        assertEquals("192.0.2.1", now().getAddresses().getFirst().getAddress());
        address.set("192.0.2.7");
        assertEquals("192.0.2.7", now().getAddresses().getFirst().getAddress());
    }

    @Test
    void addressIsGivenOrAnInterfacesOwn() throws Exception {
        assertEquals("192.0.2.1", new NodeAddress("192.0.2.1").get());
        assertEquals("127.0.0.1", new NodeAddress("lo").get());
        assertEquals("127.0.0.1", new NodeAddress("no-such-interface").get());
        var auto = new NodeAddress(NodeAddress.AUTO).get();
        assertTrue(NetworkInterface.networkInterfaces().anyMatch(i -> i.inetAddresses().anyMatch(a -> a.getHostAddress().equals(auto))), auto);
    }

    private String condition(String type) {
        return now().getConditions().stream().filter(condition -> condition.getType().equals(type)).map(condition -> condition.getStatus() + " " + condition.getReason()).findFirst().orElseThrow();
    }

    @Test
    void pressuresAreConditions() {
        assertEquals("False KubeletHasSufficientMemory", condition("MemoryPressure"));
        pressures.set(Set.of(Pressure.MEMORY, Pressure.PID));
        assertEquals("True KubeletHasInsufficientMemory", condition("MemoryPressure"));
        assertEquals("False KubeletHasNoDiskPressure", condition("DiskPressure"));
        assertEquals("True KubeletHasInsufficientPID", condition("PIDPressure"));
        assertTrue(NodeStatuses.isReady(now()), "a node under pressure is ready");
    }

    @Test
    void whatIsReservedAndKeptFreeCannotBeRequested() throws Exception {
        var machine = new Machine(folder);

        assertEquals((machine.memoryBytes() - (96L << 20)) / 1024 + "Ki", statuses.allocatable().get("memory").toString());
        assertEquals((machine.memoryBytes() - (64L << 20)) / 1024 + "Ki", statuses.forPods().get("memory").toString());
        assertEquals(machine.cpus() * 1_000L - 500, Quantities.milliValue(statuses.allocatable().get("cpu")));
        assertEquals(machine.disk().capacityBytes() - (1L << 20), Quantities.value(statuses.allocatable().get("ephemeral-storage")));
        assertEquals(Integer.toString(machine.cpus()), now().getCapacity().get("cpu").toString());
    }
}
