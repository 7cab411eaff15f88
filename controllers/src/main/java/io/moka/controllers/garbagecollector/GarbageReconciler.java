package io.moka.controllers.garbagecollector;

import com.fasterxml.jackson.databind.node.NullNode;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.OwnerTypes;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.ResourceType;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes one object, named by its uid, or changes its finalizers and owners, according to the state of its owners and dependents.
final class GarbageReconciler implements Reconciler<String> {

    private static final Logger log = LoggerFactory.getLogger(GarbageReconciler.class);

    private static final Duration UNTIL_SEEN = Duration.ofSeconds(10);

    private final ApiClient client;
    private final Graph graph;
    private final OwnerTypes types;

    GarbageReconciler(ControllerContext context, Graph graph) {
        this.client = context.client();
        this.graph = graph;
        this.types = new OwnerTypes(context.client());
    }

    @Override
    public Outcome reconcile(String uid) {
        var node = graph.get(uid);
        if (node == null) {
            return Outcome.DONE;
        }
        try {
            if (node.orphansDependents()) {
                orphan(node);
            } else if (node.waitsForDependents()) {
                finishForeground(node);
            } else if (!node.deleting() && !node.owners().isEmpty()) {
                considerOwners(node, null);
                if (hasUnseenOwner(node)) {
                    return Outcome.requeueAfter(UNTIL_SEEN);
                }
            }
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
        return Outcome.DONE;
    }

    /// Whether an owner is not in the graph. An owner whose kind is not watched yet may be deleted before it is, and no event would come for that.
    private boolean hasUnseenOwner(GraphNode node) {
        return graph.get(node.uid()) != null && node.owners().stream().anyMatch(owner -> graph.get(owner.getUid()) == null);
    }

    private void orphan(GraphNode node) {
        for (var dependent : graph.dependentsOf(node.uid())) {
            patchMetadata(dependent, "ownerReferences", dependent.owners().stream().filter(owner -> !owner.getUid().equals(node.uid())).toList(), null);
        }
        setFinalizers(node, node.withoutOrphan());
    }

    private void finishForeground(GraphNode node) {
        var blocking = graph.dependentsOf(node.uid()).stream().filter(dependent -> dependent.blocks(node.uid())).toList();
        if (blocking.isEmpty()) {
            setFinalizers(node, node.withoutForeground());
        }
    }

    /// @param revision the resource version of the node as read from the server; null for a node from the graph, whose state alone leads to no change
    private void considerOwners(GraphNode node, @Nullable String revision) {
        var solid = new ArrayList<OwnerReference>();
        var waiting = new ArrayList<OwnerReference>();
        for (var owner : node.owners()) {
            if (exists(owner, node.key().namespace())) {
                var known = graph.get(owner.getUid());
                (known != null && known.waitsForDependents() ? waiting : solid).add(owner);
            }
        }
        if (solid.size() == node.owners().size()) {
            return;
        }
        if (revision == null) {
            considerLatest(node);
        } else if (solid.isEmpty()) {
            deleteFor(node, waiting, revision);
        } else {
            patchMetadata(node, "ownerReferences", solid, revision);
        }
    }

    /// Reads the object from the server, as it may have a new owner that the graph has not seen yet.
    private void considerLatest(GraphNode node) {
        var latest = client.resources(node.type()).find(node.key().namespace(), node.key().name());
        if (latest != null && latest.getMetadata().getUid().equals(node.uid()) && latest.getMetadata().getDeletionTimestamp() == null) {
            considerOwners(GraphNode.of(node.type(), latest), latest.getMetadata().getResourceVersion());
        }
    }

    /// An owner in foreground deletion waits for the dependents of its dependents. If one of those waits, too, they may form a cycle in which none could ever
    /// be deleted first; so this object stops blocking its owners.
    private void deleteFor(GraphNode node, List<OwnerReference> waiting, String revision) {
        var dependents = graph.dependentsOf(node.uid());
        if (waiting.isEmpty() || dependents.isEmpty()) {
            delete(node, node.policy(), revision);
            return;
        }
        var current = revision;
        if (dependents.stream().anyMatch(GraphNode::waitsForDependents)) {
            var unblocking = node.owners().stream().map(owner -> new OwnerReferenceBuilder(owner).withBlockOwnerDeletion(false).build()).toList();
            current = patchMetadata(node, "ownerReferences", unblocking, revision);
        }
        delete(node, "Foreground", current);
    }

    /// The graph may not have seen an owner yet, so absence there proves nothing: ask the server.
    private boolean exists(OwnerReference owner, String namespace) {
        if (graph.get(owner.getUid()) != null) {
            return true;
        }
        var type = types.find(owner);
        if (type == null) {
            throw new IllegalStateException("nobody serves " + owner.getApiVersion() + " " + owner.getKind());
        }
        var found = client.resources(type).find(type.namespaced() ? namespace : "", owner.getName());
        return found != null && found.getMetadata().getUid().equals(owner.getUid());
    }

    private void delete(GraphNode node, String policy, String revision) {
        log.debug("deleting {} {}: its owners are gone", node.type().plural(), node.key());
        client.resources(node.type()).delete(node.key().namespace(), node.key().name(), new DeleteOptionsBuilder()
                .withNewPreconditions().withUid(node.uid()).withResourceVersion(revision).endPreconditions()
                .withPropagationPolicy(policy).build());
    }

    private void setFinalizers(GraphNode node, List<String> finalizers) {
        patchMetadata(node, "finalizers", finalizers, null);
    }

    /// Sets a list, or removes it if it has become empty; returns the object's new revision.
    ///
    /// @param revision on which it was decided; null if it is right whatever the object has become
    private String patchMetadata(GraphNode node, String field, List<?> values, @Nullable String revision) {
        var patch = Json.mapper().createObjectNode();
        var metadata = patch.putObject("metadata").put("uid", node.uid());
        metadata.set(field, values.isEmpty() ? NullNode.instance : Json.mapper().valueToTree(values));
        if (revision != null) {
            metadata.put("resourceVersion", revision);
        }
        return client.resources(node.type()).patch(node.key().namespace(), node.key().name(), PatchType.MERGE, patch).getMetadata().getResourceVersion();
    }
}
