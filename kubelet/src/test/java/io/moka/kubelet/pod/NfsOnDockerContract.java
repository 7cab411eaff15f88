package io.moka.kubelet.pod;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.cni.ScriptedPlugins;
import io.moka.kubelet.runtime.DockerEngine;
import io.moka.kubelet.runtime.DockerRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Volumes of type `nfs` in real containers, from an NFS server in the same machine. Run by [NfsVirtualMachineTest], as the server is the kernel's.
class NfsOnDockerContract {

    private static final Path EXPORTED = Path.of("/tmp/exported");
    private static final String SERVER = """
            set -e
            PATH=$PATH:/usr/sbin:/sbin:%1$s/nfs
            mount -t tmpfs tmpfs /var/lib/nfs
            mkdir /var/lib/nfs/v4recovery
            touch /var/lib/nfs/etab /var/lib/nfs/rmtab
            mkdir %2$s
            mount -t tmpfs -o mode=0777 tmpfs %2$s
            mount -t nfsd nfsd /proc/fs/nfsd
            # the complaint that there is no /etc/exports does not matter
            exportfs -o rw,no_root_squash,fsid=0,insecure,no_subtree_check 127.0.0.1:%2$s || grep -q exported /var/lib/nfs/etab
            rpc.mountd -N 2 -N 3
            rpc.nfsd -N 3 -G 10 -L 10 4
            echo Y >/proc/fs/nfsd/v4_end_grace
            """;

    @TempDir
    Path folder;

    private DockerRuntime runtime;
    private TestNode node;

    @BeforeAll
    static void startServer() throws IOException, InterruptedException {
        var script = SERVER.formatted(System.getProperty("moka.vm"), EXPORTED);
        assertEquals(0, new ProcessBuilder("sh", "-c", script).inheritIO().start().waitFor());
    }

    @BeforeEach
    void begin() throws Exception {
        var plugins = new ScriptedPlugins(folder).configure("1.0.0", "first");
        runtime = DockerEngine.connect();
        node = new TestNode(runtime, folder.resolve("kubelet"), plugins.configurations(), plugins.binaries());
    }

    @AfterEach
    void removeEverything() throws Exception {
        node.close();
        runtime.list().forEach(container -> runtime.remove(container.id()));
        node.removeFolders();
        node.removeCgroups();
        runtime.close();
    }

    private Pod run(String name, String path, boolean readOnly, String command) {
        return node.run(TestNode.pod(name, p -> p.editSpec().withHostNetwork(true).withRestartPolicy("Never")
                .addNewVolume().withName("d").withNewNfs(path, readOnly, "127.0.0.1").endVolume()
                .editFirstContainer().addNewVolumeMount().withName("d").withMountPath("/d").endVolumeMount().endContainer().endSpec(), "sh", "-c", command));
    }

    private void awaitSuccess(Pod pod) {
        check(pod.getMetadata().getName() + " has succeeded", () -> node.reports.phase(pod).equals("Succeeded"));
    }

    @Test
    void podsShareAFolderOfTheServerAndLeaveItAsItIs() throws Exception {
        var writer = run("writer", "/", false, "mkdir -p /d/part && echo kept > /d/part/file");
        awaitSuccess(writer);
        assertEquals("kept\n", Files.readString(EXPORTED.resolve("part/file")));
        var reader = run("reader", "/part", true, "[ $(cat /d/file) = kept ] && ! touch /d/other");
        awaitSuccess(reader);
        for (var pod : new Pod[] {writer, reader}) {
            node.workers.onDelete(node.delete(pod));
        }
        check("nothing of them is left", () -> node.isClean(runtime));
        assertEquals(0, Files.readAllLines(Path.of("/proc/self/mountinfo")).stream().filter(line -> line.contains(folder.toString())).count());
        assertEquals("kept\n", Files.readString(EXPORTED.resolve("part/file")));
    }

    @Test
    void folderThatTheServerLacksIsSaidInAnEvent() {
        run("lost", "/none", false, "true");
        check("an event says why", () -> node.events.stream().anyMatch(event -> event.startsWith("lost FailedMount MountVolume.SetUp failed for volume \"d\" : mount -t nfs 127.0.0.1:/none")));
    }
}
