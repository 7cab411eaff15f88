package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.moka.kubelet.source.ClusterObjects;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.meta.Owners;
import io.moka.machinery.storage.Claims;
import io.moka.machinery.storage.LocalPath;
import io.moka.machinery.storage.NodeTerms;
import io.moka.machinery.storage.PodClaims;
import io.moka.machinery.storage.Volumes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sets up volumes that are claims, those of ephemeral volumes included: mounts the persistent volume that the claim is bound to, of the types hostPath, local
/// and nfs.
///
/// Each volume that a pod uses has an entry in the pod's folder, `persistent-volume/<name>`; that of a local or nfs volume is a mount of its own. From
/// these entries a kubelet knows after a restart which volumes are used. A hostPath volume is mounted as one of the pod's own is ([HostPathVolumes]).
public final class ClaimVolumes implements VolumePlugin {

    private static final Logger log = LoggerFactory.getLogger(ClaimVolumes.class);
    static final String KIND = "persistent-volume";

    private final PodDirectories directories;
    private final ClusterObjects objects;
    private final Supplier<Map<String, String>> nodeLabels;
    private final LocalPathStore store;
    private final HostPathVolumes hostPaths;
    private final BiConsumer<PersistentVolumeClaim, PersistentVolume> grown;
    // the names of the persistent volumes, by the pod's uid and the volume's name; a claim that is bound keeps its volume
    private final Map<String, Map<String, String>> bound = new ConcurrentHashMap<>();

    /// A claim that is mounted for a pod.
    ///
    /// @param claim its name
    /// @param path its mount point
    public record MountedClaim(String claim, Path path) {
    }

    /// @param grown gets each claim whose volume is larger on the node than in the claim's status
    public ClaimVolumes(PodDirectories directories, ClusterObjects objects, Supplier<Map<String, String>> nodeLabels, LocalPathStore store,
            BiConsumer<PersistentVolumeClaim, PersistentVolume> grown) {
        this.directories = directories;
        this.objects = objects;
        this.nodeLabels = nodeLabels;
        this.store = store;
        this.hostPaths = new HostPathVolumes(directories);
        this.grown = grown;
    }

    @Override
    public boolean supports(Volume volume) {
        return volume.getPersistentVolumeClaim() != null || volume.getEphemeral() != null;
    }

    @Override
    public Path setUp(Pod pod, Volume volume) throws IOException {
        var claim = objects.claim(pod.getMetadata().getNamespace(), String.valueOf(PodClaims.name(pod, volume)));
        requireUsable(pod, volume, claim);
        var found = objects.volume(Claims.volumeName(claim));
        requireUsable(pod, claim, found);
        return mount(pod, volume, claim, found);
    }

    /// The pod starts all the same where the claim cannot be told now.
    private void tell(PersistentVolumeClaim claim, PersistentVolume volume) {
        try {
            grown.accept(claim, volume);
        } catch (ApiException | UncheckedIOException e) {
            log.info("claim {} does not say yet that it has grown: {}", claim.getMetadata().getName(), e.getMessage());
        }
    }

    private static void requireUsable(Pod pod, Volume volume, PersistentVolumeClaim claim) throws IOException {
        var name = claim.getMetadata().getName();
        if (volume.getEphemeral() != null && !Owners.isControlledBy(claim, pod)) {
            throw new IOException("PVC " + name + " was not created for the pod (pod is not owner)");
        }
        if (Claims.isDeleting(claim)) {
            throw new IOException("can't start pod because PVC " + name + " is being deleted");
        }
        if (!Claims.phase(claim).equals("Bound") || Claims.volumeName(claim).isEmpty()) {
            throw new IOException("PVC " + name + " is not bound");
        }
    }

    private void requireUsable(Pod pod, PersistentVolumeClaim claim, PersistentVolume volume) throws IOException {
        var name = volume.getMetadata().getName();
        if (!Volumes.isBoundTo(volume, claim)) {
            throw new IOException("PV " + name + " is not bound to PVC " + claim.getMetadata().getName());
        }
        if (Claims.isBlock(volume.getSpec().getVolumeMode()) || usesDevices(pod)) {
            throw new IOException("volumeMode Block is not supported by this node");
        }
        var labels = nodeLabels.get();
        if (!NodeTerms.reaches(volume, pod.getSpec().getNodeName() == null ? "" : pod.getSpec().getNodeName(), labels)) {
            throw new IOException("MountVolume.NodeAffinity check failed: no matching NodeSelectorTerms");
        }
        if (claim.getSpec().getAccessModes().contains("ReadWriteOncePod") && isUsedByAnother(pod, name)) {
            throw new IOException("volume uses the ReadWriteOncePod access mode and is already in use by another pod");
        }
    }

    private static boolean usesDevices(Pod pod) {
        return Stream.concat(pod.getSpec().getContainers().stream(), pod.getSpec().getInitContainers().stream()).map(Container::getVolumeDevices)
                .anyMatch(devices -> devices != null && !devices.isEmpty());
    }

    private boolean isUsedByAnother(Pod pod, String volume) throws IOException {
        return directories.uids().stream().filter(uid -> !uid.equals(pod.getMetadata().getUid()))
                .anyMatch(uid -> Files.exists(directories.volume(uid, KIND, volume)));
    }

    private Path mount(Pod pod, Volume wanted, PersistentVolumeClaim claim, PersistentVolume volume) throws IOException {
        var spec = volume.getSpec();
        var entry = directories.volume(pod.getMetadata().getUid(), KIND, volume.getMetadata().getName());
        Files.createDirectories(entry);
        if (LocalPath.isShared(volume)) {
            SharedFolders.mount(volume, entry);
            FsGroup.of(pod).applyTo(entry);
            return entry;
        }
        if (spec.getHostPath() != null) {
            return hostPaths.mount(pod, wanted, spec.getHostPath());
        }
        if (spec.getNfs() != null) {
            NfsVolumes.mount(spec.getNfs(), spec.getMountOptions() == null ? List.of() : spec.getMountOptions(), entry);
            return entry;
        }
        if (spec.getLocal() == null) {
            throw new IOException("no volume plugin matched the source of PV " + volume.getMetadata().getName());
        }
        if (LocalPath.isOurs(volume)) {
            boolean large = store.mount(volume, entry);
            if (large && Volumes.capacityBytes(volume) > Claims.capacityBytes(claim)) {
                tell(claim, volume);
            }
        } else {
            Mounts.bind(Path.of(spec.getLocal().getPath()), entry);
        }
        FsGroup.of(pod).applyTo(entry);
        return entry;
    }

    /// Returns the mount of a pod's volume; null if the volume is not a claim or has no mount of its own now.
    ///
    /// @throws io.moka.kubelet.source.MissingSource where the claim can't be read
    @Nullable MountedClaim mounted(Pod pod, Volume volume) {
        var claim = PodClaims.name(pod, volume);
        if (!supports(volume) || claim == null) {
            return null;
        }
        var uid = pod.getMetadata().getUid();
        var name = bound.computeIfAbsent(uid, unseen -> new ConcurrentHashMap<>()).computeIfAbsent(volume.getName(), unseen -> {
            var found = Claims.volumeName(objects.claim(pod.getMetadata().getNamespace(), claim));
            return found.isEmpty() ? null : found;
        });
        var entry = name == null ? null : directories.volume(uid, KIND, name);
        return entry == null || !Mounts.isMountPoint(entry) ? null : new MountedClaim(claim, entry);
    }

    @Override
    public void tearDown() throws IOException {
        bound.keySet().retainAll(directories.uids());
        store.releaseUnused();
    }
}
