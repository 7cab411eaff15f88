package io.moka.kubelet;

import io.moka.kubelet.cni.Attachment;
import io.moka.kubelet.cni.CniException;
import io.moka.kubelet.cni.PodNetworks;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.volume.PodDirectories;
import java.io.IOException;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes every pod off the node, without asking anybody: for when the cluster is taken down.
record Cleanup(ContainerRuntime runtime, PodNetworks networks, PodDirectories directories) {

    private static final Logger log = LoggerFactory.getLogger(Cleanup.class);

    void run() throws IOException {
        var containers = runtime.list();
        var attachments = networks.all();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            containers.forEach(container -> tasks.submit(() -> runtime.remove(container.id())));
        }
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            attachments.forEach(attachment -> tasks.submit(() -> detach(attachment)));
        }
        for (var uid : directories.uids()) {
            directories.remove(uid);
        }
        log.info("removed {} containers", containers.size());
    }

    private void detach(Attachment attachment) {
        try {
            networks.detach(attachment.sandboxId(), "");
        } catch (CniException e) {
            log.warn("the network of pod {} is not wholly gone: {}", attachment.podUid(), e.getMessage());
        }
    }
}
