package io.moka.scheduler.volumes;

import io.fabric8.kubernetes.api.model.TopologySelectorTerm;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.moka.machinery.storage.StorageNames;
import io.moka.scheduler.cache.NodeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tells whether a volume of a storage class can be provisioned for a node.
final class Provisioning {

    private Provisioning() {
    }

    static boolean isPossible(@Nullable StorageClass storageClass, NodeInfo node) {
        if (storageClass == null || storageClass.getProvisioner().isEmpty() || storageClass.getProvisioner().equals(StorageNames.NO_PROVISIONER)) {
            return false;
        }
        List<TopologySelectorTerm> allowed = storageClass.getAllowedTopologies();
        return allowed == null || allowed.isEmpty() || allowed.stream().anyMatch(term -> matches(term, node));
    }

    /// A term without expressions matches every node.
    private static boolean matches(TopologySelectorTerm term, NodeInfo node) {
        return term.getMatchLabelExpressions().stream().allMatch(one -> {
            var value = node.labels().get(one.getKey());
            return value != null && one.getValues().contains(value);
        });
    }
}
