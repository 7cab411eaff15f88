package io.moka.controllers.garbagecollector;

import com.fasterxml.jackson.databind.node.NullNode;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Discovery;
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

/// Decides the fate of one object, named by its uid.
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

    /// An owner of a kind that is not followed yet may go before it is, and then nobody would be told.
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

    /// @param revision of the node as the server has it; null for one that the graph has seen, on whose word nothing is changed
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

    /// Somebody may have given the object an owner that the graph has not seen yet.
    private void considerLatest(GraphNode node) {
        var latest = client.resources(node.type()).find(node.key().namespace(), node.key().name());
        if (latest != null && latest.getMetadata().getUid().equals(node.uid()) && latest.getMetadata().getDeletionTimestamp() == null) {
            considerOwners(GraphNode.of(node.type(), latest), latest.getMetadata().getResourceVersion());
        }
    }

    /// An owner that waits wants the dependents' dependents gone before it. Where one of those waits itself this may be a circle, in which nobody
    /// would ever be first: so this object stops holding up its owners.
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

    /// Finds the resource that serves an owner's kind; asks discovery anew for kinds that it does not know.
    private static final class OwnerTypes {

        private final Discovery discovery;
        private volatile List<ResourceType<GenericKubernetesResource>> known = List.of();

        OwnerTypes(ApiClient client) {
            this.discovery = new Discovery(client);
        }

        @Nullable ResourceType<GenericKubernetesResource> find(OwnerReference owner) {
            var found = lookUp(owner);
            if (found == null) {
                known = discovery.resources().stream().map(Discovery.Resource::type).toList();
                found = lookUp(owner);
            }
            return found;
        }

        private @Nullable ResourceType<GenericKubernetesResource> lookUp(OwnerReference owner) {
            var group = owner.getApiVersion().contains("/") ? owner.getApiVersion().substring(0, owner.getApiVersion().indexOf('/')) : "";
            return known.stream().filter(type -> type.kind().equals(owner.getKind()) && type.group().equals(group)).findFirst().orElse(null);
        }
    }
}
