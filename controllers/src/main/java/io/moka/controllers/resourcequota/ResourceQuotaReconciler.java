package io.moka.controllers.resourcequota;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.quota.Quota;
import io.moka.machinery.quota.ResourceList;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Computes the usage of a quota and writes it into the quota's status.
///
/// The server charges a quota a moment before it writes the object that it has charged for. A count that is lower than the charged amount is therefore used
/// only if nothing has been charged for a while.
final class ResourceQuotaReconciler implements Reconciler<ObjectKey> {

    private static final Duration RESYNC = Duration.ofMinutes(5);
    private static final Duration LET_WRITES_ARRIVE = Duration.ofMillis(250);

    private final ApiClient client;
    private final Resources<ResourceQuota> quotas;
    private final QuotaCount count;
    /// The revisions at which less was found, by key.
    private final Map<ObjectKey, String> foundLess = new ConcurrentHashMap<>();

    ResourceQuotaReconciler(ControllerContext context) {
        this.client = context.client();
        this.quotas = context.client().resources(ResourceQuota.class);
        this.count = new QuotaCount(context.client(), context.clock());
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var object = quotas.find(key.namespace(), key.name());
        if (object == null || object.getMetadata().getDeletionTimestamp() != null) {
            foundLess.remove(key);
            return Outcome.DONE;
        }
        var tree = (ObjectNode) Json.tree(object);
        var quota = Quota.of(tree);
        var hard = ResourceList.of(tree.path("spec").path("hard"));
        var used = count.used(quota, key.namespace(), hard);
        var revision = object.getMetadata().getResourceVersion();
        if (lessThan(used, quota.used()) && !revision.equals(foundLess.put(key, revision))) {
            return Outcome.requeueAfter(LET_WRITES_ARRIVE);
        }
        foundLess.remove(key);
        if (!same(hard, quota.hard()) || !same(used, quota.used())) {
            write(key, tree, hard, used);
        }
        return Outcome.requeueAfter(RESYNC);
    }

    private static boolean lessThan(ResourceList used, ResourceList charged) {
        return used.amounts().entrySet().stream().anyMatch(entry -> charged.has(entry.getKey()) && entry.getValue().compareTo(charged.amounts().get(entry.getKey())) < 0);
    }

    private static boolean same(ResourceList a, ResourceList b) {
        return a.names().equals(b.names()) && a.amounts().entrySet().stream().allMatch(entry -> entry.getValue().compareTo(b.amounts().get(entry.getKey())) == 0);
    }

    /// Writes the status; fails with a conflict if the quota was charged since it was read.
    private void write(ObjectKey key, ObjectNode tree, ResourceList hard, ResourceList used) {
        var status = tree.putObject("status");
        status.set("hard", hard.toJson());
        status.set("used", used.toJson());
        client.send("PUT", quotas.type().path(key.namespace(), key.name()) + "/status", Map.of(), "application/json", Json.bytes(tree));
    }
}
