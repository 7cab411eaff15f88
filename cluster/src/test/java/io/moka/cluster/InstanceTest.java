package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The processes of a cluster: their names, and that those of two nodes share nothing.
class InstanceTest {

    private static final Settings SETTINGS = ClusterFolder.settings(Ports.USUAL);

    @TempDir
    private Path folder;

    @Test
    void theFirstNodesProcessesHaveTheNameOfTheirComponent() {
        assertEquals(Arrays.stream(Component.values()).map(Component::id).toList(), SETTINGS.withHollowNodes(3).instances().stream().map(Instance::id).toList());
        assertEquals("kubelet-beta", Instance.ofNode(Component.KUBELET, "beta", false).id());
    }

    @Test
    void onlyProcessesOfANodeNameIt() {
        for (var instance : SETTINGS.withHollowNodes(3).instances()) {
            boolean ofNode = instance.component() == Component.KUBELET || instance.component() == Component.PROXY;
            assertEquals(ofNode ? SETTINGS.node() : "", instance.node(), instance::toString);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"KUBELET", "PROXY"})
    void processesOfTwoNodesShareNoFile(Component component) throws Exception {
        var layout = new Layout(folder, "home");
        var distribution = ClusterFolder.build(folder.resolve("dist"), "lib/a.jar", Arrays.stream(Component.values()).map(Component::module).toList());
        var commands = new CommandLines(distribution, layout, SETTINGS, false);
        var first = files(commands.of(SETTINGS.instance(component)), layout);
        var second = files(commands.of(Instance.ofNode(component, "beta", false)), layout);
        assertTrue(first.size() > 2, first::toString);
        assertEquals(first.size(), second.size());
        var shared = new HashSet<>(first);
        shared.retainAll(second);
        shared.removeIf(file -> file.endsWith("ca.crt") || file.equals(layout.volumes().toString()));
        assertEquals(List.of(), List.copyOf(shared));
    }

    private static HashSet<String> files(List<String> command, Layout layout) {
        var files = new HashSet<String>();
        for (var word : command) {
            if (word.contains("=" + layout.root() + "/")) {
                files.add(word.substring(word.indexOf('=') + 1));
            }
        }
        return files;
    }
}
