package io.moka.controllers.localpath;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.plan.PlanWriter;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.storage.Claims;
import io.moka.machinery.storage.LocalPath;
import io.moka.machinery.time.TimeSource;
import io.moka.machinery.workqueue.WorkQueue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Wires claims, volumes, classes and nodes to the three plans.
public final class LocalPathProvisioner {

    private static final int WORKERS = 4;

    private final Lister<PersistentVolumeClaim> claims;
    private final Lister<PersistentVolume> volumes;
    private final Lister<StorageClass> classes;
    private final Lister<Node> nodes;
    private final Resources<Node> liveNodes;
    private final PlanWriter writer;
    private final TimeSource clock;

    private LocalPathProvisioner(ControllerContext context) {
        this.claims = context.informers().of(PersistentVolumeClaim.class).lister();
        this.volumes = context.informers().of(PersistentVolume.class).lister();
        this.classes = context.informers().of(StorageClass.class).lister();
        this.nodes = context.informers().of(Node.class).lister();
        this.liveNodes = context.client().resources(Node.class);
        this.writer = new PlanWriter(context.client(), context.events().apply("local-path-provisioner"));
        this.clock = context.clock();
    }

    public static List<Controller<ObjectKey>> create(ControllerContext context) {
        var provisioner = new LocalPathProvisioner(context);
        var claimQueue = new WorkQueue<ObjectKey>(context.clock());
        var volumeQueue = new WorkQueue<ObjectKey>(context.clock());
        context.informers().of(PersistentVolumeClaim.class).addHandler(EventHandler.onChange(claim -> claimQueue.add(ObjectKey.of(claim))));
        context.informers().of(PersistentVolume.class).addHandler(EventHandler.onEvent((before, after) -> {
            if (after != null && LocalPath.isOurs(after)) {
                volumeQueue.add(ObjectKey.of(after));
                claimQueue.add(new ObjectKey(after.getSpec().getClaimRef().getNamespace(), after.getSpec().getClaimRef().getName()));
            }
        }));
        context.informers().of(Node.class).addHandler(EventHandler.onEvent((before, after) -> {
            if (after == null || before == null) {
                provisioner.volumes.list().stream().filter(LocalPath::isOurs).map(ObjectKey::of).forEach(volumeQueue::add);
            }
        }));
        return List.of(new Controller<>("local-path-provisioner", claimQueue, WORKERS, provisioner::claim),
                new Controller<>("local-path-reclaimer", volumeQueue, WORKERS, provisioner::volume));
    }

    private Outcome claim(ObjectKey key) {
        var claim = claims.get(key);
        if (claim == null) {
            return Outcome.DONE;
        }
        if (Claims.volumeName(claim).isEmpty()) {
            provision(claim);
        } else {
            var volume = volumes.get("", Claims.volumeName(claim));
            if (volume != null) {
                writer.carryOut(GrowthPlan.of(claim, volume, clock.instant()).writes());
            }
        }
        return Outcome.DONE;
    }

    /// The volume may be there though no cache shows it yet; its name is the claim's, so that there is never a second.
    private void provision(PersistentVolumeClaim claim) {
        try {
            writer.carryOut(ProvisionPlan.of(claim, classes.get("", Claims.className(claim)), nodes.list(), volumes.list()).writes());
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                throw e;
            }
        }
    }

    private Outcome volume(ObjectKey key) {
        var volume = volumes.get(key);
        if (volume != null) {
            writer.carryOut(ReclaimPlan.of(volume, nodeExists(volume), heir()).writes());
        }
        return Outcome.DONE;
    }

    /// The first node that may keep what all nodes have, or null.
    private @Nullable String heir() {
        return nodes.list().stream().filter(ProvisionPlan::mayHold).map(node -> node.getMetadata().getName()).sorted().findFirst().orElse(null);
    }

    /// Asks the server before a node is taken for gone.
    private boolean nodeExists(PersistentVolume volume) {
        var label = volume.getMetadata().getLabels() == null ? null : volume.getMetadata().getLabels().get(LocalPath.NODE);
        if (label == null || nodes.list().stream().anyMatch(node -> LocalPath.nodeLabel(node.getMetadata().getName()).equals(label))) {
            return label != null;
        }
        return liveNodes.find("", label) != null;
    }
}
