package io.moka.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The example `volumes.yaml` and the default storage class, on a real node.
class VolumesTest {

    private static final String NAMESPACE = "volumes";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final TestCluster CLUSTER = TestCluster.shared();

    @BeforeAll
    static void apply() {
        CLUSTER.createNamespace(NAMESPACE);
        CLUSTER.lite("apply", "-n", NAMESPACE, "-f", "examples/volumes.yaml").ok();
    }

    @AfterAll
    static void delete() {
        CLUSTER.lite("delete", "namespace", NAMESPACE).ok();
        Shell.await("nothing of the volumes is left", PATIENCE, VolumesTest::traces, String::isEmpty);
    }

    /// Lists what volumes of the namespace have left on the machine: folders, images, mounts, loop devices.
    private static String traces() {
        var volumes = CLUSTER.folder().resolve("volumes");
        return Shell.run("sh", "-c", "find " + volumes + " -mindepth 1 -name '*_" + NAMESPACE + "_*'; ls " + volumes + "/.moka-local-path; grep " + volumes
                + " /proc/mounts; losetup -a | grep " + volumes).out().strip();
    }

    private static Shell.Result exec(String pod, String command) {
        return CLUSTER.kubectl("exec", "-n", NAMESPACE, pod, "--", "sh", "-c", command);
    }

    private static void awaitReady(String pod) {
        Shell.await(pod + " ready", PATIENCE, () -> CLUSTER.kubectl("get", "-n", NAMESPACE, "pod", pod, "-o",
                "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}").out(), "True"::equals);
    }

    private static long megabytes(String pod) {
        return Long.parseLong(exec(pod, "df -m /data | tail -1 | awk '{print $2}'").ok().strip());
    }

    @Test
    void setIsDeletedAndComesBackWithItsOwnData() {
        IntStream.range(0, 3).forEach(i -> awaitReady("ledger-" + i));
        CLUSTER.kubectl("delete", "-n", NAMESPACE, "statefulset", "ledger", "--wait=true").ok();
        Shell.await("no pods", PATIENCE, () -> CLUSTER.kubectl("get", "-n", NAMESPACE, "pods", "-l", "app=ledger", "-o", "name").out().strip(), String::isEmpty);
        CLUSTER.kubectl("apply", "-n", NAMESPACE, "-l", "app=ledger", "-f", "examples/volumes.yaml").ok();
        for (int i = 0; i < 3; i++) {
            awaitReady("ledger-" + i);
            assertEquals(("ledger-" + i + " was here\n").repeat(2), exec("ledger-" + i, "cat /data/entries").ok());
        }
        assertEquals("Bound Bound Bound", CLUSTER.kubectl("get", "-n", NAMESPACE, "pvc", "-l", "app=ledger", "-o", "jsonpath={.items[*].status.phase}").ok());
    }

    @Test
    void claimIsItsSizeAndGrowsWhileThePodRuns() {
        awaitReady("notebook");
        assertEquals("written by 1000\n", exec("notebook", "cat /data/notes").ok());
        assertTrue(megabytes("notebook") <= 320);
        var full = exec("notebook", "dd if=/dev/zero of=/data/big bs=1M count=330");
        assertTrue(full.status() != 0 && full.out().contains("No space left on device"), full.out());
        awaitReady("ledger-0");
        exec("ledger-0", "dd if=/dev/zero of=/data/other bs=1M count=8 && rm /data/other").ok();

        var started = CLUSTER.kubectl("get", "-n", NAMESPACE, "pod", "notebook", "-o", "jsonpath={.status.containerStatuses[0].containerID}").ok();
        CLUSTER.kubectl("patch", "-n", NAMESPACE, "pvc", "notebook", "-p", "{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"512Mi\"}}}}").ok();
        Shell.await("df shows the growth", Duration.ofSeconds(5), () -> Long.toString(megabytes("notebook")), size -> Long.parseLong(size) > 400);
        Shell.await("the claim says so", Duration.ofSeconds(5), () -> CLUSTER.kubectl("get", "-n", NAMESPACE, "pvc", "notebook", "-o",
                "jsonpath={.status.capacity.storage} {.status.conditions}").out().strip(), "512Mi"::equals);
        exec("notebook", "dd if=/dev/zero of=/data/big bs=1M count=400").ok();
        assertEquals(started, CLUSTER.kubectl("get", "-n", NAMESPACE, "pod", "notebook", "-o", "jsonpath={.status.containerStatuses[0].containerID}").ok());
        var shrunk = CLUSTER.kubectl("patch", "-n", NAMESPACE, "pvc", "notebook", "-p", "{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"320Mi\"}}}}");
        assertTrue(shrunk.out().contains("field can not be less than status.capacity"), shrunk.out());
    }

    private static Shell.Result volume(String... arguments) {
        var command = new ArrayList<>(List.of("bin/moka", "volume"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--name", CLUSTER.name()));
        return Shell.run(command.toArray(String[]::new));
    }

    private static String diary(String pod, String claim) {
        return """
                {apiVersion: v1, kind: Pod, metadata: {name: %s, labels: {app: diary}}, spec: {terminationGracePeriodSeconds: 1,
                  containers: [{name: main, image: "busybox:1.36", command: [sleep, "3600"], volumeMounts: [{name: data, mountPath: /data}]}],
                  volumes: [{name: data, persistentVolumeClaim: {claimName: %s}}]}}
                """.formatted(pod, claim);
    }

    /// Files, folders and mounts below a folder that is given for volumes.
    private static String contents(Path folder) {
        return Shell.run("sh", "-c", "find " + folder + " -mindepth 1 ! -name .moka-local-path; grep " + folder + " /proc/mounts").out().strip();
    }

    private static void apply(String manifest) {
        CLUSTER.kubectlWithInput("---\n" + manifest, "apply", "-n", NAMESPACE, "-f", "-").ok();
    }

    @Test
    void snapshotsAreRestoredAndAVolumeMovesToAnotherFolder() {
        var claim = NAMESPACE + "/diary";
        apply("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: diary}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 32Mi}}}}\n---\n" + diary("diary", "diary"));
        awaitReady("diary");
        exec("diary", "echo first > /data/page").ok();
        volume("snapshot", claim, "--as", "monday").ok();
        exec("diary", "echo second > /data/page").ok();
        var listed = volume("list", "-n", NAMESPACE).ok().lines().filter(line -> line.contains(" diary ")).findFirst().orElse("");
        assertTrue(listed.matches(NAMESPACE + " +diary +local-path +32Mi +\\d+Mi +\\S+ +" + CLUSTER.folder() + "/volumes/\\S+ +diary +monday \\(20.*"), listed);
        var used = volume("restore", claim, "monday");
        assertTrue(used.status() != 0 && used.out().contains("is used by diary"), used.out());

        volume("restore", claim, "monday", "--to", "copy").ok();
        apply(diary("copy", "copy"));
        awaitReady("copy");
        assertEquals("first\n", exec("copy", "cat /data/page").ok());
        assertEquals("second\n", exec("diary", "cat /data/page").ok());

        CLUSTER.kubectl("delete", "-n", NAMESPACE, "pod", "diary").ok();
        var disk = CLUSTER.folder().resolve("disk");
        Shell.run("mkdir", "-p", disk + "/.moka-local-path").ok();
        volume("move", claim, disk.toString()).ok();
        volume("restore", claim, "monday").ok();
        apply(diary("diary", "diary"));
        awaitReady("diary");
        assertEquals("first\n", exec("diary", "cat /data/page").ok());
        assertTrue(volume("list", "-n", NAMESPACE).ok().contains(disk + "/pvc-"));
        CLUSTER.kubectl("delete", "-n", NAMESPACE, "pod,pvc", "diary", "copy").ok();
        Shell.await("nothing on the other disk", PATIENCE, () -> contents(disk), String::isEmpty);
    }

    @Test
    void sharedFolderIsOneForManyPods() {
        var shared = CLUSTER.folder().resolve("shared");
        Shell.run("mkdir", "-p", shared + "/.moka-local-path").ok();
        apply("""
                {apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: shared-folders}, provisioner: moka.io/local-path, parameters: {sharedFileSystemPath: %s}}
                ---
                {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: pictures}, spec: {storageClassName: shared-folders, accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}}}
                ---
                """.formatted(shared) + diary("left", "pictures") + "---\n" + diary("right", "pictures"));
        awaitReady("left");
        awaitReady("right");
        exec("left", "echo seen > /data/picture").ok();
        assertEquals("seen\n", exec("right", "cat /data/picture").ok());
        assertTrue(volume("list", "-n", NAMESPACE).ok().contains(shared + "/pvc-"));
        CLUSTER.kubectl("delete", "-n", NAMESPACE, "pod,pvc", "left", "right", "pictures", "--ignore-not-found").ok();
        Shell.await("nothing in the shared folder", PATIENCE, () -> contents(shared), String::isEmpty);
        CLUSTER.kubectl("delete", "storageclass", "shared-folders").ok();
    }

    private static String many(int pod) {
        var claims = IntStream.range(0, 10).mapToObj(i -> """
                ---
                {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: many-%1$d-%2$d, labels: {app: many}}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 16Mi}}}}
                """.formatted(pod, i)).collect(Collectors.joining());
        var mounts = IntStream.range(0, 10).mapToObj(i -> "{name: v" + i + ", mountPath: /v" + i + "}").collect(Collectors.joining(", "));
        var volumes = IntStream.range(0, 10).mapToObj(i -> "{name: v" + i + ", persistentVolumeClaim: {claimName: many-" + pod + "-" + i + "}}").collect(Collectors.joining(", "));
        return claims + """
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: many-%1$d, labels: {app: many}}, spec: {terminationGracePeriodSeconds: 1, restartPolicy: Never,
                  containers: [{name: main, image: "busybox:1.36", command: [sh, -c, "for v in /v*; do echo x > $v/x || exit 1; done"], volumeMounts: [%2$s]}], volumes: [%3$s]}}
                """.formatted(pod, mounts, volumes);
    }

    /// Five pods with ten claims each; the pods have ended when claims and pods are deleted together.
    @Test
    void fiftyClaimsLeaveNothing() {
        CLUSTER.kubectlWithInput(IntStream.range(0, 5).mapToObj(VolumesTest::many).collect(Collectors.joining()), "apply", "-n", NAMESPACE, "-f", "-").ok();
        Shell.await("the pods have written", Duration.ofSeconds(120), () -> CLUSTER.kubectl("get", "-n", NAMESPACE, "pods", "-l", "app=many", "-o",
                "jsonpath={.items[*].status.phase}").out().strip(), "Succeeded Succeeded Succeeded Succeeded Succeeded"::equals);
        CLUSTER.kubectl("delete", "-n", NAMESPACE, "pvc", "-l", "app=many", "--wait=false").ok();
        CLUSTER.kubectl("delete", "-n", NAMESPACE, "pod", "-l", "app=many", "--wait=false").ok();
        Shell.await("no folder, mount or loop device of them", PATIENCE, () -> traces().lines().filter(line -> line.contains("many-")).collect(Collectors.joining("\n")), String::isEmpty);
        Shell.await("no volume object of them", PATIENCE, () -> CLUSTER.kubectl("get", "pv", "-o", "jsonpath={.items[*].spec.claimRef.name}").out(), names -> !names.contains("many-"));
    }
}
