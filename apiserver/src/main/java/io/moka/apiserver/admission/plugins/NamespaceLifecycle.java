package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.Status;
import io.moka.apiserver.core.status.StatusCause;
import io.moka.apiserver.core.storage.Caches;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Rejects creates in a namespace that does not exist or is terminating, and deletes of the system's namespaces.
public final class NamespaceLifecycle implements AdmissionPlugin {
    private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");

    private static final int MOST_REMEMBERED = 100;
    private static final Duration REMEMBERED = Duration.ofSeconds(30);

    private final Cache<String, Boolean> deletedLately = Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).expireAfterWrite(REMEMBERED).executor(Runnable::run).build();
    private final Caches caches;
    private final ResourceType namespaces;

    public NamespaceLifecycle(Caches caches, Catalog catalog) {
        this.caches = caches;
        namespaces = catalog.get("", "v1", "namespaces");
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (request.operation() == AdmissionRequest.Operation.CREATE && request.type().namespaced() && !asksForAccess(request)) {
            requireActive(request);
        }
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (request.operation() == AdmissionRequest.Operation.DELETE && request.isCore("namespaces")) {
            if (IMMORTAL.contains(request.name())) {
                throw ApiException.forbidden("", "namespaces", request.name(), "this namespace may not be deleted");
            }
            deletedLately.put(request.name(), true);
        }
    }

    /// Whether the request is an access review. Reviews are not checked, so that they do not reveal whether a namespace exists.
    private static boolean asksForAccess(AdmissionRequest request) {
        return request.type().group().equals("authorization.k8s.io");
    }

    private void requireActive(AdmissionRequest request) {
        ObjectNode namespace = find(request.namespace());
        if (namespace == null) {
            throw ApiException.notFound("", "namespaces", request.namespace());
        }
        if (isGoing(namespace)) {
            throw terminating(request);
        }
    }

    private static boolean isGoing(ObjectNode namespace) {
        return Json.text(namespace, "status", "phase").equals("Terminating") || !Json.text(namespace, "metadata", "deletionTimestamp").isEmpty();
    }

    /// Returns the namespace from the cache, which is refreshed first when it lacks the namespace or may not have a recent delete yet. Null when there is none.
    private @Nullable ObjectNode find(String name) {
        ObjectNode found = caches.get(namespaces, "", name);
        if (found == null || deletedLately.getIfPresent(name) != null && !isGoing(found)) {
            caches.awaitFresh();
            found = caches.get(namespaces, "", name);
        }
        return found;
    }

    private static ApiException terminating(AdmissionRequest request) {
        ApiException forbidden = ApiException.forbidden(request.type().group(), request.type().plural(), request.nameToTell(),
                "unable to create new content in namespace " + request.namespace() + " because it is being terminated");
        var cause = new StatusCause("NamespaceTerminating", "namespace " + request.namespace() + " is being terminated", "metadata.namespace");
        return new ApiException(new Status(403, "Forbidden", forbidden.status().message(),
                new Status.Details(request.type().group(), request.type().plural(), request.nameToTell(), "", List.of(cause), 0)));
    }
}
