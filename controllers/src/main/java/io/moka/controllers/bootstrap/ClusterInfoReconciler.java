package io.moka.controllers.bootstrap;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/// Signs the ConfigMap `cluster-info` with every token that may sign. The ConfigMap's key is the only key that it is called with.
final class ClusterInfoReconciler implements Reconciler<ObjectKey> {

    static final ObjectKey CLUSTER_INFO = new ObjectKey("kube-public", "cluster-info");
    private static final String KUBECONFIG = "kubeconfig";
    private static final String PREFIX = "jws-kubeconfig-";

    private final Lister<Secret> secrets;
    private final Lister<ConfigMap> maps;
    private final Resources<ConfigMap> writer;
    private final InstantSource clock;

    ClusterInfoReconciler(ControllerContext context) {
        this.secrets = BootstrapControllers.secrets(context).lister();
        this.maps = context.informers().of(ConfigMap.class).lister();
        this.writer = context.client().resources(ConfigMap.class);
        this.clock = context.clock();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var info = maps.get(key);
        if (info == null || info.getMetadata().getDeletionTimestamp() != null || info.getData() == null || !info.getData().containsKey(KUBECONFIG)) {
            return Outcome.DONE;
        }
        var signed = signed(info.getData(), secrets.list(BootstrapToken.NAMESPACE), clock.instant());
        if (!signed.equals(info.getData())) {
            var changed = Json.copy(info);
            changed.setData(signed);
            writer.update(changed);
        }
        return Outcome.DONE;
    }

    /// Returns the data with one signature for each token that may sign, and without all other signatures.
    static Map<String, String> signed(Map<String, String> data, Collection<Secret> secrets, Instant now) {
        var signed = new TreeMap<>(data);
        signed.keySet().removeIf(key -> key.startsWith(PREFIX));
        for (var secret : secrets) {
            var token = new BootstrapToken(secret);
            if (token.maySign(now)) {
                signed.put(PREFIX + token.id(), DetachedSignature.of(data.get(KUBECONFIG), token.id(), token.secretPart()));
            }
        }
        return signed;
    }
}
