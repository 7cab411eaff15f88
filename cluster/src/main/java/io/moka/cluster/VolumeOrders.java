package io.moka.cluster;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.storage.Claims;
import io.moka.machinery.storage.LocalPath;
import io.moka.machinery.storage.PodClaims;
import io.moka.machinery.storage.StorageNames;
import io.moka.machinery.storage.VolumeOrder;
import io.moka.machinery.storage.VolumeState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Sends orders to the nodes that store volumes, as annotations of the volume objects ([VolumeOrder]), and waits for the answers.
final class VolumeOrders {

    /// A node that is there begins by then.
    private static final Duration BEGINS = Duration.ofSeconds(60);
    private static final Duration INSPECTED = Duration.ofSeconds(10);
    /// A node ends the longest copy before.
    private static final Duration ENDS = Duration.ofMinutes(70);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Resources<PersistentVolume> volumes;
    private final Resources<PersistentVolumeClaim> claims;
    private final Resources<Pod> pods;
    private final Resources<Node> nodes;
    private final InstantSource clock;

    VolumeOrders(ApiClient client, InstantSource clock) {
        this.volumes = client.resources(PersistentVolume.class);
        this.claims = client.resources(PersistentVolumeClaim.class);
        this.pods = client.resources(Pod.class);
        this.nodes = client.resources(Node.class);
        this.clock = clock;
    }

    /// A claim and its volume.
    record Bound(PersistentVolumeClaim claim, PersistentVolume volume) {

        ObjectKey claimKey() {
            return ObjectKey.of(claim);
        }

        String node() {
            var labels = volume.getMetadata().getLabels();
            return labels == null ? "" : labels.getOrDefault(LocalPath.NODE, "");
        }
    }

    /// A volume as `moka volume list` shows it.
    ///
    /// @param state null where the node does not answer
    record Listed(Bound bound, List<String> pods, @Nullable VolumeState state) {
    }

    Resources<PersistentVolume> volumes() {
        return volumes;
    }

    Resources<PersistentVolumeClaim> claims() {
        return claims;
    }

    /// @param name `claim` in the namespace `default`, or `namespace/claim`
    Bound find(String name) {
        int slash = name.indexOf('/');
        var namespace = slash < 0 ? "default" : name.substring(0, slash);
        var claim = claims.find(namespace, name.substring(slash + 1));
        if (claim == null) {
            throw new ClusterException("there is no claim " + namespace + "/" + name.substring(slash + 1));
        }
        var volume = Claims.volumeName(claim).isEmpty() ? null : volumes.find("", Claims.volumeName(claim));
        if (volume == null) {
            throw new ClusterException("claim " + name + " has no volume yet");
        }
        if (!LocalPath.isOurs(volume) || volume.getSpec().getLocal() == null) {
            throw new ClusterException("volume " + volume.getMetadata().getName() + " of claim " + name + " is not kept by " + LocalPath.PROVISIONER + " in an image of its own");
        }
        return new Bound(claim, volume);
    }

    /// @param namespace null for all
    List<Listed> list(@Nullable String namespace) throws InterruptedException {
        var byName = new ArrayList<Bound>();
        for (var claim : claims.list(namespace == null ? "" : namespace, ListOptions.all()).items()) {
            var volume = Claims.volumeName(claim).isEmpty() ? null : volumes.find("", Claims.volumeName(claim));
            if (volume != null && LocalPath.isOurs(volume)) {
                byName.add(new Bound(claim, volume));
            }
        }
        byName.sort(Comparator.comparing(bound -> bound.claimKey().toString()));
        var orders = new ArrayList<@Nullable VolumeOrder>();
        for (var bound : byName) {
            orders.add(inspect(bound));
        }
        var used = pods.list(namespace == null ? "" : namespace, ListOptions.all()).items();
        var deadline = clock.instant().plus(INSPECTED);
        var all = new ArrayList<Listed>();
        for (int i = 0; i < byName.size(); i++) {
            var order = orders.get(i);
            var bound = byName.get(i);
            all.add(new Listed(bound, users(bound, used), order == null ? null : answer(bound, order, deadline)));
        }
        return all;
    }

    /// Orders an `INSPECT`. Returns null if the node has another order or is not there, and for a shared folder, which takes no orders.
    private @Nullable VolumeOrder inspect(Bound bound) {
        try {
            return LocalPath.isShared(bound.volume) || isBusy(bound.volume) || !isReady(bound.node()) ? null : place(bound, VolumeOrder.Action.INSPECT, null, null, INSPECTED);
        } catch (ApiException e) {
            if (e.isConflict() || e.isNotFound()) {
                return null;
            }
            throw e;
        }
    }

    private static List<String> users(Bound bound, List<Pod> pods) {
        return pods.stream().filter(pod -> !Pods.isTerminal(pod) && PodClaims.of(pod).contains(bound.claimKey())).map(pod -> pod.getMetadata().getName()).sorted().toList();
    }

    /// Says which pods use the volume: the node only knows that some do.
    void requireUnused(Bound bound) {
        var users = users(bound, pods.list(bound.claimKey().namespace(), ListOptions.all()).items());
        if (!users.isEmpty()) {
            throw new ClusterException("claim " + bound.claimKey() + " is used by " + String.join(", ", users) + "; stop them first, as with: kubectl scale --replicas=0");
        }
    }

    private boolean isReady(String node) {
        var found = node.isEmpty() ? null : nodes.find("", node);
        return found != null && found.getStatus() != null && found.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready") && condition.getStatus().equals("True"));
    }

    private boolean isBusy(PersistentVolume volume) {
        var order = VolumeOrder.parse(StorageNames.annotation(volume, LocalPath.ORDER));
        return order != null && !order.id().equals(answered(volume)) && clock.instant().isBefore(order.until().plus(ENDS));
    }

    private static String answered(PersistentVolume volume) {
        var state = VolumeState.parse(StorageNames.annotation(volume, LocalPath.STATE));
        return state == null ? "" : state.answered();
    }

    /// Has the volume's node carry out an order, and waits until it has.
    VolumeState carryOut(Bound bound, VolumeOrder.Action action, @Nullable String snapshot, @Nullable String folder) throws InterruptedException {
        var name = bound.volume.getMetadata().getName();
        if (isBusy(bound.volume)) {
            throw new ClusterException("volume " + name + " has an order that its node has not answered yet; see: bin/kubectl-lite describe pv " + name);
        }
        if (!isReady(bound.node())) {
            throw new ClusterException("node " + bound.node() + ", which keeps volume " + name + ", is not ready");
        }
        var order = place(bound, action, snapshot, folder, BEGINS);
        var state = answer(bound, order, clock.instant().plus(ENDS));
        if (state == null) {
            throw new ClusterException("node " + bound.node() + " has not answered; see: bin/kubectl-lite describe pv " + name);
        }
        if (!state.problem().isEmpty()) {
            throw new ClusterException(state.problem());
        }
        return state;
    }

    /// Writes the order, if the volume has not changed since it was read.
    private VolumeOrder place(Bound bound, VolumeOrder.Action action, @Nullable String snapshot, @Nullable String folder, Duration begins) {
        var order = new VolumeOrder(UUID.randomUUID().toString(), action, snapshot, folder, clock.instant().plus(begins));
        var metadata = bound.volume.getMetadata();
        volumes.patch("", metadata.getName(), PatchType.MERGE, Map.of("metadata", Map.of("uid", metadata.getUid(), "resourceVersion", metadata.getResourceVersion(),
                "annotations", Map.of(LocalPath.ORDER, order.text()))));
        return order;
    }

    private @Nullable VolumeState answer(Bound bound, VolumeOrder order, Instant deadline) throws InterruptedException {
        return await(deadline, () -> volumes.find("", bound.volume.getMetadata().getName()), volume -> {
            var state = VolumeState.parse(StorageNames.annotation(volume, LocalPath.STATE));
            return state != null && state.answered().equals(order.id()) ? state : null;
        });
    }

    private interface Look<T> {
        @Nullable T at();
    }

    /// Looks again until the object shows what is waited for; null when the time is over or the object is gone.
    <T, R> @Nullable R await(Instant deadline, Look<T> look, Function<T, @Nullable R> wanted) throws InterruptedException {
        while (true) {
            var object = look.at();
            var found = object == null ? null : wanted.apply(object);
            if (object == null || found != null || clock.instant().isAfter(deadline)) {
                return found;
            }
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        }
    }

    /// Waits until the volume's content is made.
    void awaitMade(String volume) throws InterruptedException {
        var made = await(clock.instant().plus(ENDS), () -> volumes.find("", volume), found -> StorageNames.hasAnnotation(found, LocalPath.MADE) ? found : null);
        if (made == null) {
            throw new ClusterException("volume " + volume + " is not made yet; see: bin/kubectl-lite describe pv " + volume);
        }
    }
}
