package io.moka.kubelet;

import io.moka.kubelet.cgroup.PodCgroups;
import io.moka.kubelet.cni.Attachment;
import io.moka.kubelet.cni.PodNetworks;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.ContainerSummary;
import io.moka.kubelet.volume.LocalPathStore;
import io.moka.kubelet.volume.PodDirectories;
import io.moka.machinery.time.Sleeper;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes every pod from the node without consulting the apiserver: containers, networks, folders, mounts and cgroups. Used when the cluster is taken down.
record Cleanup(ContainerRuntime runtime, PodNetworks networks, PodDirectories directories, LocalPathStore store, PodCgroups cgroups) {

    private static final Logger log = LoggerFactory.getLogger(Cleanup.class);
    private static final int CGROUP_ATTEMPTS = 10;
    private static final Duration CGROUP_PAUSE = Duration.ofMillis(20);

    void run() throws IOException {
        var containers = runtime.list();
        var attachments = networks.all();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            containers.forEach(container -> tasks.submit(() -> remove(container)));
        }
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            attachments.forEach(attachment -> tasks.submit(() -> detach(attachment)));
        }
        for (var uid : directories.uids()) {
            remove(uid);
        }
        try {
            store.releaseUnused();
        } catch (IOException e) {
            log.warn("not all volumes are unmounted: {}", e.getMessage());
        }
        for (int attempt = 0; !cgroups.removeAll() && attempt < CGROUP_ATTEMPTS; attempt++) {
            sleep();
        }
        log.info("removed {} containers", containers.size());
    }

    private static void sleep() {
        try {
            Sleeper.SYSTEM.sleep(CGROUP_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void remove(ContainerSummary container) {
        try {
            runtime.remove(container.id());
        } catch (RuntimeException e) {
            log.warn("container {} of pod {} stays: {}", container.id(), container.pod(), e.toString());
        }
    }

    private void remove(String uid) {
        try {
            directories.remove(uid);
        } catch (IOException e) {
            log.warn("the folder of pod {} is not wholly gone: {}", uid, e.getMessage());
        }
    }

    private void detach(Attachment attachment) {
        try {
            networks.detach(attachment.sandboxId(), "");
        } catch (RuntimeException e) {
            log.warn("the network of pod {} is not wholly gone: {}", attachment.podUid(), e.getMessage());
        }
    }
}
