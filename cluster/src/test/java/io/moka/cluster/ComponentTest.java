package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The flags of the virtual machines, as a real one takes them, and the command lines by which components are recognised.
class ComponentTest {

    /// An unknown or contradictory flag ends a JVM at its start.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            APISERVER | 1024 | 24 | false
            KUBELET   | 512  | 6  | true
            """)
    void theJvmTakesTheFlags(Component component, long heapMebibytes, long youngMebibytes, boolean quickCompilerOnly) throws IOException {
        var command = new ArrayList<>(List.of(Distribution.java().toString()));
        command.addAll(component.jvmFlags());
        command.addAll(List.of("-XX:+PrintFlagsFinal", "-version"));
        var flags = Program.of(command).require().lines().map(line -> line.strip().split("\\s+")).filter(words -> words.length > 3 && words[2].equals("="))
                .collect(Collectors.toMap(words -> words[1], words -> words[3], (first, second) -> second));
        assertEquals(Long.toString(heapMebibytes << 20), flags.get("MaxHeapSize"));
        assertEquals(Long.toString(youngMebibytes << 20), flags.get("MaxNewSize"));
        assertEquals("true", flags.get("UseSerialGC"));
        assertEquals("true", flags.get("UseCompactObjectHeaders"));
        assertEquals("true", flags.get("ExitOnOutOfMemoryError"));
        assertEquals(quickCompilerOnly ? "1" : "4", flags.get("TieredStopAtLevel"));
    }

    @Test
    void processesThatDoNotCompileMuchHaveTheFlagsOfTheKubelet() {
        for (var component : List.of(Component.CONTROLLERS, Component.SCHEDULER, Component.PROXY, Component.HOLLOW)) {
            assertEquals(Component.KUBELET.jvmFlags(), component.jvmFlags(), component.id());
        }
    }

    /// A client may offer any group to the apiserver; Moka's own clients offer the ones that each of its servers has.
    @Test
    void everyGroupThatAClientOffersIsOneOfTheApiservers() {
        var offered = groups(Component.KUBELET);
        assertTrue(groups(Component.APISERVER).containsAll(offered), offered::toString);
    }

    private static List<String> groups(Component component) {
        var prefix = "-Djdk.tls.namedGroups=";
        return component.jvmFlags().stream().filter(flag -> flag.startsWith(prefix)).flatMap(flag -> Arrays.stream(flag.substring(prefix.length()).split(","))).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            etcd --data-dir=/x                                       | ETCD
            /usr/bin/etcd --data-dir=/x                              | ETCD
            /usr/bin/etcdctl get /x                                  |
            vi /etc/etcd                                             |
            java -cp x io.moka.apiserver.ApiServer --secure-port=1   | APISERVER
            java -cp x io.moka.kubelet.Kubelet --root-dir=/x         | KUBELET
            java -cp x io.moka.kubelet.Kubelet --runtime=hollow      | HOLLOW
            java -cp x io.moka.controllers.Controllers               | CONTROLLERS
            java -cp x io.moka.scheduler.Scheduler                   | SCHEDULER
            java -cp x io.moka.proxy.Proxy                           | PROXY
            java -cp x io.moka.proxy.ProxyBenchmark                  |
            less io.moka.proxy.Proxy.txt                             |
            """)
    void aCommandLineTellsItsComponent(String command, Component expected) {
        var words = List.of(command.split(" "));
        var found = Arrays.stream(Component.values()).filter(component -> component.isProgramOf(words)).toList();
        assertEquals(expected == null ? List.of() : List.of(expected), found);
    }

    @Test
    void anEndedProcessWithoutACommandLineIsNoComponent() {
        assertTrue(Arrays.stream(Component.values()).noneMatch(component -> component.isProgramOf(List.of())));
    }

    @Test
    void hollowNodesAreAProcessOnlyWhereTheClusterHasSome() {
        var without = ClusterFolder.settings(Ports.USUAL);
        assertEquals(List.of("etcd", "apiserver", "kubelet", "controllers", "scheduler", "proxy"), ids(without));
        assertEquals(ids(without).size() + 1, ids(without.withHollowNodes(1)).size());
    }

    private static List<String> ids(Settings settings) {
        return settings.instances().stream().map(Instance::id).toList();
    }
}
