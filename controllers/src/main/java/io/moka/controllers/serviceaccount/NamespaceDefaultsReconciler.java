package io.moka.controllers.serviceaccount;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import java.util.Map;

/// Makes the default ServiceAccount and the root certificate's ConfigMap of one namespace.
final class NamespaceDefaultsReconciler implements Reconciler<ObjectKey> {

    static final String ACCOUNT = "default";
    static final String CONFIG_MAP = "kube-root-ca.crt";
    private static final String KEY = "ca.crt";

    private final Lister<Namespace> namespaces;
    private final Lister<ServiceAccount> accounts;
    private final Lister<ConfigMap> maps;
    private final Resources<ServiceAccount> accountWriter;
    private final Resources<ConfigMap> mapWriter;
    private final String rootCertificates;

    NamespaceDefaultsReconciler(ControllerContext context, String rootCertificates) {
        this.namespaces = context.informers().of(Namespace.class).lister();
        this.accounts = context.informers().of(ServiceAccount.class).lister();
        this.maps = context.informers().of(ConfigMap.class).lister();
        this.accountWriter = context.client().resources(ServiceAccount.class);
        this.mapWriter = context.client().resources(ConfigMap.class);
        this.rootCertificates = rootCertificates;
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var namespace = namespaces.get(key);
        if (namespace == null || namespace.getMetadata().getDeletionTimestamp() != null) {
            return Outcome.DONE;
        }
        if (accounts.get(key.name(), ACCOUNT) == null) {
            create(accountWriter, new ServiceAccountBuilder().withNewMetadata().withNamespace(key.name()).withName(ACCOUNT).endMetadata().build());
        }
        publish(key.name());
        return Outcome.DONE;
    }

    private void publish(String namespace) {
        var present = maps.get(namespace, CONFIG_MAP);
        if (present == null) {
            create(mapWriter, new ConfigMapBuilder()
                    .withNewMetadata().withNamespace(namespace).withName(CONFIG_MAP)
                    .addToAnnotations("kubernetes.io/description", "Certificates to check the connection to the kube-apiserver with.").endMetadata()
                    .addToData(KEY, rootCertificates).build());
        } else if (!Map.of(KEY, rootCertificates).equals(present.getData())) {
            var changed = Json.copy(present);
            changed.setData(Map.of(KEY, rootCertificates));
            mapWriter.update(changed);
        }
    }

    private static <T extends HasMetadata> void create(Resources<T> resources, T object) {
        try {
            resources.create(object);
        } catch (ApiException e) {
            if (!e.isAlreadyExists() && !e.isForbidden()) {
                throw e;
            }
        }
    }
}
