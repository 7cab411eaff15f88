package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.moka.kubelet.source.ClusterObjects;
import io.moka.kubelet.source.FieldPaths.Addresses;
import io.moka.kubelet.source.MissingSource;
import io.moka.kubelet.source.RecentConfigObjects;
import io.moka.kubelet.volume.ClaimVolumes.MountedClaim;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Sets up the volumes of pods, updates them later, and removes what is left of them. One [VolumePlugin] for each kind.
public final class PodVolumes {

    /// How old the config maps and secrets may be with which the volumes of running pods are compared; as they are compared once a minute, a change arrives within
    /// a minute and a half (upstream: two minutes at most).
    private static final Duration OLDEST = Duration.ofSeconds(30);

    private final List<VolumePlugin> plugins;
    private final List<VolumePlugin> regularPlugins;
    private final ClaimVolumes claims;

    /// @param allocatable returns the node's allocatable amounts, which replace limits that are not set
    public PodVolumes(PodDirectories directories, ClusterObjects objects, Function<Pod, Addresses> addresses, Tokens tokens,
            Supplier<Map<String, Quantity>> allocatable, ClaimVolumes claims, ImageVolumes images) {
        this.claims = claims;
        this.regularPlugins = List.of(new WrittenVolumes(directories, new Payloads(new RecentConfigObjects(objects, OLDEST, System::nanoTime), addresses, tokens, allocatable)));
        this.plugins = List.of(new WrittenVolumes(directories, new Payloads(objects, addresses, tokens, allocatable)), new EmptyDirs(directories),
                new HostPathVolumes(directories), claims, images, new NfsVolumes(directories));
    }

    /// Sets up the pod's volumes and returns the path of each on the node; a path without links that no container can exchange.
    ///
    /// @throws VolumeFailure for the first volume that can't be set up now
    public Map<String, Path> setUp(Pod pod) {
        return setUp(pod, pod.getSpec().getVolumes(), plugins);
    }

    /// Brings the volumes of a running pod up to date whose content may change.
    ///
    /// @param regular whether this is the regular comparison, for which objects that were read a short while ago are new enough
    /// @throws VolumeFailure for the first of them for which that is not possible now
    public void refresh(Pod pod, boolean regular) {
        setUp(pod, pod.getSpec().getVolumes().stream().filter(WrittenVolumes::isWritten).toList(), regular ? regularPlugins : plugins);
    }

    private static Map<String, Path> setUp(Pod pod, List<Volume> volumes, List<VolumePlugin> plugins) {
        var paths = new HashMap<String, Path>();
        for (var volume : volumes) {
            try {
                paths.put(volume.getName(), plugin(volume, plugins).setUp(pod, volume));
            } catch (MissingSource | IOException e) {
                throw new VolumeFailure(volume.getName(), String.valueOf(e.getMessage()));
            }
        }
        return paths;
    }

    private static VolumePlugin plugin(Volume volume, List<VolumePlugin> plugins) throws IOException {
        return plugins.stream().filter(plugin -> plugin.supports(volume)).findFirst().orElseThrow(() -> new IOException("no volume plugin matched"));
    }

    /// Returns the mount of a volume that is a claim; null if it is none or not mounted.
    ///
    /// @throws MissingSource where the claim can't be read
    public @Nullable MountedClaim mountedClaim(Pod pod, Volume volume) {
        return claims.mounted(pod, volume);
    }

    /// Takes back what no pod uses any more: what an earlier process left, too.
    ///
    /// @throws IOException when something of it stays
    public void tearDown() throws IOException {
        for (var plugin : plugins) {
            plugin.tearDown();
        }
    }

    /// Whether the pod has volumes whose content may change while it runs.
    public static boolean hasLiveVolumes(Pod pod) {
        return pod.getSpec().getVolumes().stream().anyMatch(WrittenVolumes::isWritten);
    }
}
