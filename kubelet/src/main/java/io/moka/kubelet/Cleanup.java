package io.moka.kubelet;

import io.moka.kubelet.cni.CniException;
import io.moka.kubelet.cni.PodNetworks;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.volume.PodDirectories;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes every pod off the node, without asking anybody: for when the cluster is taken down.
record Cleanup(ContainerRuntime runtime, PodNetworks networks, PodDirectories directories) {

    private static final Logger log = LoggerFactory.getLogger(Cleanup.class);

    void run() throws IOException {
        for (var attachment : networks.all()) {
            try {
                networks.detach(attachment.sandboxId(), "");
            } catch (CniException e) {
                log.warn("the network of {} is not wholly gone: {}", attachment.podUid(), e.getMessage());
            }
        }
        var containers = runtime.list();
        containers.parallelStream().forEach(container -> runtime.remove(container.id()));
        for (var uid : directories.uids()) {
            directories.remove(uid);
        }
        log.info("removed {} containers", containers.size());
    }
}
