package io.moka.apiserver.extension.aggregation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.json.Conditions;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.rest.ObjectWriter;
import io.moka.apiserver.core.rest.VerbContext;
import io.moka.apiserver.core.status.ApiException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Maintains an APIService for each group version that this server serves itself. Used by one thread.
final class LocalServices {
    private static final String MANAGED = "kube-aggregator.kubernetes.io/automanaged";
    private static final UserInfo SERVER = new UserInfo("system:apiserver", List.of("system:masters", "system:authenticated"));
    private static final int CUSTOM_GROUP_PRIORITY = 1000;
    private static final int CUSTOM_VERSION_PRIORITY = 100;

    /// The API groups by descending priority, which decides when a resource name occurs in several groups.
    private static final List<String> GROUPS = List.of("apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "autoscaling", "batch",
            "certificates.k8s.io", "networking.k8s.io", "policy", "rbac.authorization.k8s.io", "storage.k8s.io", "apiextensions.k8s.io", "admissionregistration.k8s.io",
            "scheduling.k8s.io", "coordination.k8s.io", "node.k8s.io", "discovery.k8s.io", "flowcontrol.apiserver.k8s.io");

    private final VerbContext context;
    private final ObjectWriter writer;
    private final ResourceType type;
    private long seenGeneration = -1;

    LocalServices(VerbContext context, ObjectWriter writer, ResourceType type) {
        this.context = context;
        this.writer = writer;
        this.type = type;
    }

    private record Wanted(ResourceType any, boolean custom) {
        String name() {
            return any.version() + "." + any.group();
        }
    }

    /// Creates missing APIServices and removes those that are no longer served, whenever the catalog has changed.
    void ensure() {
        long generation = context.catalog().generation();
        if (generation == seenGeneration) {
            return;
        }
        Map<String, Wanted> wanted = new LinkedHashMap<>();
        for (ResourceType resource : context.catalog().all()) {
            if (!resource.group().equals("apiregistration.k8s.io")) {
                Wanted service = new Wanted(resource, resource.custom() != null);
                wanted.putIfAbsent(service.name(), service);
            }
        }
        Map<String, ObjectNode> present = new HashMap<>();
        context.caches().list(type, "").forEach(object -> present.put(Json.name(object), object));
        List<String> superfluous = new ArrayList<>();
        present.forEach((name, object) -> {
            if (object.path("metadata").path("labels").has(MANAGED) && !wanted.containsKey(name)) {
                superfluous.add(name);
            }
        });
        wanted.forEach((name, service) -> {
            if (!present.containsKey(name)) {
                make(service);
            }
        });
        superfluous.forEach(this::remove);
        seenGeneration = generation;
    }

    private void make(Wanted wanted) {
        String group = wanted.any().group();
        ObjectNode object = Json.object();
        Json.metadata(object).put("name", wanted.name()).putObject("labels").put(MANAGED, wanted.custom() ? "true" : "onstart");
        ObjectNode spec = object.putObject("spec");
        if (!group.isEmpty()) {
            spec.put("group", group);
        }
        spec.put("version", wanted.any().version());
        int rank = GROUPS.indexOf(group);
        spec.put("groupPriorityMinimum", group.isEmpty() ? 18000 : rank < 0 ? CUSTOM_GROUP_PRIORITY : 17800 - 100 * rank);
        spec.put("versionPriority", group.isEmpty() ? 1 : wanted.custom() ? CUSTOM_VERSION_PRIORITY : versionPriority(wanted.any().version()));
        try {
            writer.create(type, "", object, SERVER);
            writer.updateStatus(type, "", wanted.name(), SERVER, current -> Conditions.set(current, "Available", true,
                    Availability.LOCAL.reason(), Availability.LOCAL.message(), context.clock().instant()));
        } catch (ApiException refused) {
            requireHarmless(refused, 409);
        }
    }

    /// Returns the version's priority: `v2` before `v1` before `v1beta1`.
    private static int versionPriority(String version) {
        return version.matches("v\\d+") ? 15 * Integer.parseInt(version.substring(1)) : 9;
    }

    private void remove(String name) {
        try {
            writer.delete(type, "", name, SERVER);
        } catch (ApiException refused) {
            requireHarmless(refused, 404);
        }
    }

    /// Rethrows any error except one of this code, which means that another server on the same store has done the same already.
    private static void requireHarmless(ApiException refused, int code) {
        if (refused.code() != code) {
            throw refused;
        }
    }
}
