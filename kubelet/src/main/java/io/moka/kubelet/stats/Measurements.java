package io.moka.kubelet.stats;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.moka.kubelet.node.Machine;
import io.moka.kubelet.pod.PodView;
import io.moka.kubelet.probe.ProbeMetrics;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.volume.ClaimVolumes.MountedClaim;
import io.moka.kubelet.volume.PodDirectories;
import java.time.InstantSource;
import java.util.Collection;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Serves the pages that report the resource usage of the node's pods. Safe for any number of threads; a call may take as long as a reading.
public final class Measurements {

    private final Summary summary;
    private final CadvisorPage cadvisor;
    private final VolumeReadings volumes;
    private final ProbeMetrics probes;

    /// @param claims returns the mount of a pod's volume that is a claim, or null; throws [io.moka.kubelet.source.MissingSource] where that is not known
    public Measurements(String nodeName, Machine machine, Supplier<Collection<PodView>> pods, Readings readings, ContainerRuntime runtime, PodDirectories directories,
            BiFunction<Pod, Volume, @Nullable MountedClaim> claims, ProbeMetrics probes, InstantSource clock) {
        var details = new PodDetails(pods, readings.groups(), clock);
        var disks = new DiskReadings(pods, runtime, directories, clock);
        this.volumes = new VolumeReadings(pods, claims, clock);
        this.summary = new Summary(nodeName, machine, readings, details, disks, volumes, runtime, clock);
        this.cadvisor = new CadvisorPage(machine, details, disks, runtime, clock);
        this.probes = probes;
    }

    /// `/stats/summary`
    public ObjectNode summary() {
        return summary.json();
    }

    /// `/metrics/resource`
    public MetricsPage resource() {
        return new MetricsPage(summary::metrics);
    }

    /// `/metrics/cadvisor`
    public MetricsPage cadvisor() {
        return new MetricsPage(cadvisor::write);
    }

    /// The part of `/metrics` on claims: `kubelet_volume_stats_*`
    public MetricsPage volumes() {
        return new MetricsPage(volumes::metrics);
    }

    /// `/metrics/probes`
    public MetricsPage probes() {
        return new MetricsPage(text -> ProbePage.write(probes, text));
    }
}
