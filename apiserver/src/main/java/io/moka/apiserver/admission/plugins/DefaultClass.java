package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.framework.NamespacedObjects;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.storage.Caches;
import java.util.Comparator;
import java.util.List;

/// Sets the class of claims and ingresses that name none: the class that is marked as default, the newest one of several. Upstream's DefaultStorageClass and
/// DefaultIngressClass.
public final class DefaultClass implements AdmissionPlugin {
    private final NamespacedObjects classes;
    private final String user;
    private final String field;
    private final String ownAnnotation;
    private final List<String> marks;

    /// @param user          the kind that names a class, in the field of its `spec`
    /// @param ownAnnotation the annotation in which it may name the class instead
    /// @param marks         the annotations that mark the default class
    private DefaultClass(NamespacedObjects classes, String user, String field, String ownAnnotation, List<String> marks) {
        this.classes = classes;
        this.user = user;
        this.field = field;
        this.ownAnnotation = ownAnnotation;
        this.marks = marks;
    }

    public static DefaultClass ofStorage(Caches caches, Catalog catalog) {
        return new DefaultClass(new NamespacedObjects(caches, catalog.get("storage.k8s.io", "v1", "storageclasses")), "persistentvolumeclaims", "storageClassName",
                "volume.beta.kubernetes.io/storage-class", List.of("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"));
    }

    public static DefaultClass ofIngress(Caches caches, Catalog catalog) {
        return new DefaultClass(new NamespacedObjects(caches, catalog.get("networking.k8s.io", "v1", "ingressclasses")), "ingresses.networking.k8s.io", "ingressClassName",
                "kubernetes.io/ingress.class", List.of("ingressclass.kubernetes.io/is-default-class"));
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (request.operation() != Operation.CREATE || !request.subresource().isEmpty() || !request.type().qualifiedPlural().equals(user)) {
            return;
        }
        ObjectNode object = request.newObject();
        if (Json.present(object.path("spec"), field) == null && !object.path("metadata").path("annotations").has(ownAnnotation)) {
            classes.in("").stream().filter(this::isDefault)
                    .min(Comparator.comparing((ObjectNode candidate) -> Json.text(candidate, "metadata", "creationTimestamp")).reversed().thenComparing(Json::name))
                    .ifPresent(chosen -> Json.child(object, "spec").put(field, Json.name(chosen)));
        }
    }

    private boolean isDefault(ObjectNode candidate) {
        return marks.stream().anyMatch(mark -> Json.text(candidate, "metadata", "annotations", mark).equals("true"));
    }
}
