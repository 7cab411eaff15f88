package io.moka.kubelet.pod;

import io.moka.kubelet.cgroup.PodCgroups;
import io.moka.kubelet.cni.PodNetworks;
import io.moka.kubelet.container.ContainerSpecs;
import io.moka.kubelet.container.OomScores;
import io.moka.kubelet.container.PodFiles;
import io.moka.kubelet.container.RuntimeHandlers;
import io.moka.kubelet.container.TerminationMessages;
import io.moka.kubelet.event.PodEvents;
import io.moka.kubelet.image.ImagePuller;
import io.moka.kubelet.probe.LifecycleHooks;
import io.moka.kubelet.probe.Prober;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.machinery.time.Sleeper;
import io.moka.kubelet.volume.PodDirectories;
import io.moka.kubelet.volume.PodVolumes;
import io.moka.kubelet.volume.Tokens;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/// The services that all pod workers of a node share.
///
/// @param address returns the node's present address, which may change
/// @param tasks runs each task on a virtual thread of its own
public record NodeServices(ContainerRuntime runtime, PodNetworks networks, PodVolumes volumes, PodDirectories directories, PodFiles files,
        ContainerSpecs specs, RuntimeHandlers handlers, ImagePuller images, Prober prober, LifecycleHooks hooks, TerminationMessages messages, PodEvents events,
        PodReports reports, NodeAdmission admission, OomScores oomScores, PodCgroups cgroups, Tokens tokens, Supplier<String> address, InstantSource clock, Sleeper sleeper,
        ExecutorService tasks) {

    String hostIp() {
        return address.get();
    }
}
