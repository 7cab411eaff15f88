package io.moka.kubelet.pod;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.runtime.DockerEngine;
import io.moka.kubelet.runtime.FakeRuntime;
import io.moka.kubelet.volume.LocalVolumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A kubelet's process is killed at random moments while it mounts and unmounts volumes for pods that come and go; all pods are gone when the next one
/// starts, as if they had been deleted by force meanwhile. With `-Dmoka.full=true` it is killed 100 times.
class KilledKubeletTest {

    private static final Logger log = LoggerFactory.getLogger(KilledKubeletTest.class);
    private static final int KILLS = Boolean.getBoolean("moka.full") ? 100 : 3;
    private static final int MOST_WRITES = 4;
    private static final int LONGEST_DELAY_MILLIS = 1_500;
    private static final List<String> VOLUMES = List.of("one", "two");

    @TempDir
    Path temporary;

    /// A kubelet without an engine, with pods that use every kind of mount.
    private static final class Node implements AutoCloseable {

        private final Path folder;
        private final TestNode node;

        private Node(Path folder) throws IOException {
            this.folder = folder;
            Files.createDirectories(folder.resolve("conf"));
            this.node = new TestNode(new FakeRuntime(), folder.resolve("kubelet"), folder.resolve("conf"), Path.of("/usr/lib/cni"));
            node.store.thaw();
            node.store.prepareRoot(folder.resolve("volumes"));
            node.objects.configMap("settings", Map.of("key", "value"));
            for (var volume : VOLUMES) {
                node.objects.bound(LocalVolumes.claim("data-" + volume, volume, "ReadWriteOnce"), volume(folder, volume));
            }
            node.directories.mountMemory();
            node.allPodsAreKnown();
        }

        private static PersistentVolume volume(Path folder, String name) {
            return LocalVolumes.volume(name, "data-" + name, folder.resolve("volumes"), "16Mi");
        }

        private Pod pod(String volume) {
            return TestNode.pod("of-" + volume, p -> p.editSpec().withHostNetwork(true).withNodeName("node")
                    .addNewVolume().withName("claim").withNewPersistentVolumeClaim("data-" + volume, false).endVolume()
                    .addNewVolume().withName("memory").withNewEmptyDir().withMedium("Memory").endEmptyDir().endVolume()
                    .addNewVolume().withName("settings").withNewProjected().addNewSource().withNewConfigMap().withName("settings").endConfigMap().endSource().endProjected().endVolume()
                    .addNewVolume().withName("image").withNewImage("IfNotPresent", DockerEngine.BUSYBOX).endVolume()
                    .editFirstContainer()
                    .addNewVolumeMount().withName("claim").withMountPath("/part").withSubPath("a/b").endVolumeMount()
                    .addNewVolumeMount().withName("memory").withMountPath("/memory").withSubPath("x").endVolumeMount()
                    .addNewVolumeMount().withName("settings").withMountPath("/settings").withReadOnly(true).withRecursiveReadOnly("Enabled").endVolumeMount()
                    .addNewVolumeMount().withName("image").withMountPath("/image").endVolumeMount()
                    .endContainer().endSpec(), "sleep");
        }

        private Path content(Pod pod, String volume) {
            return node.directories.pod(pod.getMetadata().getUid()).resolve("volumes/kubernetes.io~persistent-volume").resolve(volume).resolve("a/b");
        }

        /// Pods come, write a number that grows, and go.
        private void work(String volume, Random random) throws IOException {
            while (true) {
                var pod = node.run(pod(volume));
                check("the pod runs", () -> node.reports.phase(pod).equals("Running"));
                long next = read(content(pod, volume)) + 1;
                write(content(pod, volume), next);
                System.out.println(volume + " " + next);
                if (random.nextInt(3) == 0) {
                    LocalVolumes.snapshot(node.store, volume(folder, volume), "s" + random.nextInt(4));
                }
                node.workers.onDelete(node.delete(pod, 0));
                check("the pod is gone", () -> !Files.exists(node.directories.pod(pod.getMetadata().getUid())));
            }
        }

        private static long read(Path content) throws IOException {
            return Files.exists(content.resolve("number")) ? Long.parseLong(Files.readString(content.resolve("number"))) : 0;
        }

        private static void write(Path content, long number) throws IOException {
            Files.writeString(content.resolve("number.new"), Long.toString(number));
            Files.move(content.resolve("number.new"), content.resolve("number"), StandardCopyOption.ATOMIC_MOVE);
            Files.writeString(content.resolve("all"), number + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }

        @Override
        public void close() throws Exception {
            node.close();
            node.directories.close();
        }
    }

    /// The process that is killed.
    static final class Child {

        private Child() {
        }

        public static void main(String[] args) throws Exception {
            try (var node = new Node(Path.of(args[0]))) {
                var random = new Random(Long.parseLong(args[1]));
                var workers = new ArrayList<Thread>();
                for (var volume : VOLUMES) {
                    workers.add(Thread.ofPlatform().start(() -> {
                        try {
                            node.work(volume, random);
                        } catch (IOException | RuntimeException | Error e) {
                            System.out.println("failed " + e);
                            e.printStackTrace();
                        }
                    }));
                }
                System.out.println("begun");
                for (var worker : workers) {
                    worker.join();
                }
            }
        }
    }

    /// A test that failed leaves mounts, and perhaps a frozen file system, on which the deletion of the folder would wait for ever.
    @AfterEach
    void unmount() throws Exception {
        var script = "for v in $0/volumes/*; do fsfreeze -u $v 2>/dev/null; done; findmnt -rno TARGET | grep ^$0/ | sort -r | xargs -r -n1 umount";
        new ProcessBuilder("sh", "-c", script, temporary.toRealPath().toString()).inheritIO().start().waitFor();
    }

    @Test
    @Timeout(3_600)
    void nothingIsLeftAndNothingIsLost() throws Exception {
        var folder = temporary.toRealPath();
        long seed = System.nanoTime();
        var random = new Random(seed);
        var written = new long[VOLUMES.size()];
        for (int kill = 0; kill < KILLS; kill++) {
            var output = runAndKill(folder, random);
            assertTrue(output.stream().noneMatch(line -> line.startsWith("failed")), output + " with seed " + seed);
            for (int i = 0; i < VOLUMES.size(); i++) {
                var volume = VOLUMES.get(i);
                written[i] = Math.max(written[i], output.stream().filter(line -> line.startsWith(volume + " ")).mapToLong(line -> Long.parseLong(line.split(" ")[1])).max().orElse(0));
            }
            recover(folder, written, "seed " + seed + ", kill " + kill);
        }
        assertTrue(written[0] + written[1] > 0, "a volume was written");
        deleteVolumes(folder);
        log.info("killed {} times; {} pods have written", KILLS, written[0] + written[1]);
    }

    private static void deleteVolumes(Path folder) throws Exception {
        try (var last = new Node(folder)) {
            for (var volume : VOLUMES) {
                last.node.store.delete(Node.volume(folder, volume));
            }
        }
        try (var files = Files.walk(folder.resolve("volumes"))) {
            assertEquals(List.of(folder.resolve("volumes"), folder.resolve("volumes/.moka-local-path")), files.toList());
        }
    }

    /// Kills it some time after it has begun, or after the first writes of its pods, however slow the machine is.
    private static List<String> runAndKill(Path folder, Random random) throws Exception {
        var java = ProcessHandle.current().info().command().orElse("java");
        var child = new ProcessBuilder(java, "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Child.class.getName(), folder.toString(),
                Long.toString(random.nextLong())).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        var output = new ArrayList<String>();
        int lines = 1 + random.nextInt(MOST_WRITES);
        try (var reader = child.inputReader()) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                output.add(line);
                if (output.size() == lines) {
                    // by the handle, as the process itself would close the output that is being read
                    CompletableFuture.delayedExecutor(random.nextInt(LONGEST_DELAY_MILLIS), TimeUnit.MILLISECONDS).execute(() -> child.toHandle().destroyForcibly());
                }
            }
        } finally {
            child.destroyForcibly();
        }
        assertTrue(child.waitFor(60, TimeUnit.SECONDS));
        return output;
    }

    /// Starts as a kubelet does, with no pods, and looks at what is left.
    private static void recover(Path folder, long[] written, String where) throws Exception {
        try (var next = new Node(folder)) {
            check("no pod's folder is left; " + where, () -> isEmpty(folder.resolve("kubelet/pods")) && isEmpty(folder.resolve("kubelet/memory")));
            check("no volume is mounted; " + where, () -> mounts(folder.resolve("volumes")).isEmpty() && mounts(folder.resolve("kubelet/pods")).isEmpty());
            for (int i = 0; i < VOLUMES.size(); i++) {
                var volume = VOLUMES.get(i);
                var pod = next.node.run(next.pod(volume));
                check("the pod runs; " + where, () -> next.node.reports.phase(pod).equals("Running"));
                long number = Node.read(next.content(pod, volume));
                assertTrue(number >= written[i], volume + " has " + number + " where " + written[i] + " was written; " + where);
                var all = next.content(pod, volume).resolve("all");
                long lines = Files.exists(all) ? Files.readAllLines(all).stream().filter(line -> !line.isEmpty()).count() : 0;
                assertTrue(lines >= number - KILLS && lines <= number, lines + " lines for " + number + "; " + where);
                Files.writeString(next.content(pod, volume).resolve("writable"), "yes");
                next.node.workers.onDelete(next.node.delete(pod, 0));
                check("the pod is gone; " + where, () -> !Files.exists(next.node.directories.pod(pod.getMetadata().getUid())));
            }
            check("no volume is mounted at the end; " + where, () -> mounts(folder.resolve("volumes")).isEmpty());
        }
        assertEquals(List.of(), mounts(folder), where);
        // the kernel frees it when the last program that looks at devices has closed it
        check("no loop device is left; " + where, () -> devices(folder).isEmpty());
    }

    private static boolean isEmpty(Path folder) {
        try (var entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> mounts(Path below) {
        try (var lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.filter(line -> line.split(" ")[4].startsWith(below + "/") || line.split(" ")[4].equals(below.toString())).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Path> devices(Path below) {
        try (var all = Files.list(Path.of("/sys/block"))) {
            return all.filter(device -> backing(device).startsWith(below.toString())).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String backing(Path device) {
        try {
            return Files.readString(device.resolve("loop/backing_file"));
        } catch (IOException e) {
            return "";
        }
    }
}
