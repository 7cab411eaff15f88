package io.moka.apiserver.admission.limits;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.framework.NamespacedObjects;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.Caches;
import io.moka.machinery.quota.PodResources;
import io.moka.machinery.quota.ResourceList;
import java.util.LinkedHashSet;
import java.util.Set;

/// Applies the LimitRanges of a namespace to its pods and claims: first the defaults, then the minima, maxima and ratios.
public final class LimitRanger implements AdmissionPlugin {
    private final NamespacedObjects ranges;

    public LimitRanger(Caches caches, Catalog catalog) {
        ranges = new NamespacedObjects(caches, catalog.get("", "v1", "limitranges"));
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (request.creates("pods")) {
            for (ObjectNode range : ranges.in(request.namespace())) {
                LimitDefaults.apply(range, request.newObject());
            }
        }
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (request.object() == null) {
            return;
        }
        boolean resize = request.isCore("pods") && request.subresource().equals("resize") && request.operation() == Operation.UPDATE;
        if (request.creates("pods") || resize) {
            for (ObjectNode range : ranges.in(request.namespace())) {
                refuse(request, podProblems(range, request.newObject().path("spec")));
            }
        } else if (request.isCore("persistentvolumeclaims") && request.subresource().isEmpty() && changesRequests(request)) {
            for (ObjectNode range : ranges.in(request.namespace())) {
                refuse(request, claimProblems(range, request.newObject()));
            }
        }
    }

    /// Whether the requests of a claim are new or changed. A claim that is older than the LimitRange stays valid, so its labels may still be changed.
    private static boolean changesRequests(AdmissionRequest request) {
        return request.oldObject() == null || !requests(request.oldObject()).equals(requests(request.newObject()));
    }

    private static JsonNode requests(ObjectNode claim) {
        return claim.path("spec").path("resources").path("requests");
    }

    private static Set<String> podProblems(ObjectNode range, JsonNode podSpec) {
        Set<String> problems = new LinkedHashSet<>();
        for (JsonNode item : range.path("spec").path("limits")) {
            LimitCheck check = new LimitCheck(item, problems);
            switch (Json.text(item, "type")) {
                case "Container" -> {
                    for (String list : new String[] {"containers", "initContainers"}) {
                        for (JsonNode container : podSpec.path(list)) {
                            check.check(ResourceList.of(container.path("resources").path("requests")), ResourceList.of(container.path("resources").path("limits")));
                        }
                    }
                }
                case "Pod" -> check.check(PodResources.requests(podSpec), PodResources.limits(podSpec));
                default -> { }
            }
        }
        return problems;
    }

    private static Set<String> claimProblems(ObjectNode range, ObjectNode claim) {
        Set<String> problems = new LinkedHashSet<>();
        for (JsonNode item : range.path("spec").path("limits")) {
            if (Json.text(item, "type").equals("PersistentVolumeClaim")) {
                new LimitCheck(item, problems).checkClaim(ResourceList.of(requests(claim)));
            }
        }
        return problems;
    }

    private static void refuse(AdmissionRequest request, Set<String> problems) {
        if (!problems.isEmpty()) {
            String why = problems.size() == 1 ? problems.iterator().next() : "[" + String.join(", ", problems) + "]";
            throw ApiException.forbidden("", request.type().plural(), request.name(), why);
        }
    }
}
