package io.moka.apiserver.admission.quota;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.framework.NamespacedObjects;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.rest.ObjectWriter;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.Caches;
import io.moka.machinery.quota.MissingRequests;
import io.moka.machinery.quota.Quota;
import io.moka.machinery.quota.QuotaUsage;
import io.moka.machinery.quota.ResourceList;
import io.moka.machinery.quota.Scope;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/// Refuses requests that would take more than a quota of the namespace has left, and charges the quotas for those that it admits.
/// The charge of an object that is not written after all stays until the controller counts anew.
public final class ResourceQuotaAdmission implements AdmissionPlugin {
    private final Caches caches;
    private final NamespacedObjects quotas;
    private final QuotaLedger ledger;
    private final InstantSource clock;
    private final List<LimitedResource> limited;

    /// @param writer        first called when there is something to charge
    /// @param configuration a ResourceQuotaConfiguration, or a missing node
    public ResourceQuotaAdmission(Caches caches, Catalog catalog, Supplier<ObjectWriter> writer, InstantSource clock, JsonNode configuration) throws IOException {
        this.caches = caches;
        quotas = new NamespacedObjects(caches, catalog.get("", "v1", "resourcequotas"));
        ledger = new QuotaLedger(quotas.type(), writer);
        this.clock = clock;
        limited = LimitedResource.of(configuration);
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (request.object() == null || request.namespace().isEmpty() || !counts(request)) {
            return;
        }
        List<LimitedResource> limits = limited.stream().filter(resource -> resource.concerns(request)).toList();
        List<ObjectNode> objects = quotas.in(request.namespace());
        if (!objects.isEmpty() || !limits.isEmpty()) {
            check(request, objects.stream().map(Quota::of).toList(), limits);
        }
    }

    /// Whether the request can change the usage of a quota. Events are never counted, so that a full quota can still be reported.
    private static boolean counts(AdmissionRequest request) {
        boolean event = request.type().kind().equals("Event") && request.type().custom() == null;
        if (event || !request.type().stored()) {
            return false;
        }
        boolean sizeMayChange = request.isCore("services") || request.isCore("persistentvolumeclaims");
        return switch (request.subresource()) {
            case "" -> request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE && sizeMayChange;
            case "resize" -> request.operation() == Operation.UPDATE && request.isCore("pods");
            default -> false;
        };
    }

    private void check(AdmissionRequest request, List<Quota> quotas, List<LimitedResource> limits) {
        String group = request.type().group();
        String plural = request.type().plural();
        ObjectNode object = request.newObject();
        Map<String, ResourceList> hard = new LinkedHashMap<>();
        List<Quota> concerned = new ArrayList<>();
        for (Quota quota : quotas) {
            ResourceList counted = quota.hardFor(group, plural);
            if (!counted.isEmpty() && quota.covers(group, plural, object)) {
                requireCounted(request, quota, counted);
                hard.put(quota.name(), counted);
                concerned.add(quota);
            }
        }
        ResourceList usage = QuotaUsage.of(group, plural, object, clock.instant());
        requireCovered(request, limits, usage, concerned, hard);
        if (!concerned.isEmpty()) {
            charge(request, usage, concerned, hard);
        }
    }

    private static void requireCounted(AdmissionRequest request, Quota quota, ResourceList hard) {
        if (request.isCore("pods")) {
            String missing = MissingRequests.of(request.newObject().path("spec"), hard.names());
            if (!missing.isEmpty()) {
                throw Charge.forbidden(request, "failed quota: " + quota.name() + ": must specify " + missing);
            }
        }
        Set<String> unknown = new TreeSet<>(hard.names());
        unknown.removeAll(quota.used().names());
        if (!unknown.isEmpty()) {
            throw Charge.forbidden(request, "status unknown for quota: " + quota.name() + ", resources: " + String.join(",", unknown));
        }
    }

    private static void requireCovered(AdmissionRequest request, List<LimitedResource> limits, ResourceList usage, List<Quota> concerned, Map<String, ResourceList> hard) {
        Set<String> covered = new TreeSet<>();
        hard.values().forEach(amounts -> covered.addAll(amounts.names()));
        List<Scope> scopes = concerned.stream().flatMap(quota -> quota.scopes().stream()).toList();
        for (LimitedResource resource : limits) {
            Set<String> uncovered = resource.uncovered(usage, covered);
            if (!uncovered.isEmpty()) {
                throw Charge.forbidden(request, "insufficient quota to consume: " + String.join(",", uncovered));
            }
            List<Scope> unscoped = resource.uncovered(request.newObject(), scopes);
            if (!unscoped.isEmpty()) {
                throw Charge.forbidden(request, "insufficient quota to match these scopes: " + unscoped.stream().map(ResourceQuotaAdmission::text).toList());
            }
        }
    }

    private static String text(Scope scope) {
        return "{" + scope.name() + " " + scope.operator() + " [" + String.join(" ", scope.values()) + "]}";
    }

    private void charge(AdmissionRequest request, ResourceList usage, List<Quota> concerned, Map<String, ResourceList> hard) {
        ResourceList negative = usage.only((name, amount) -> amount.signum() < 0);
        if (!negative.isEmpty()) {
            throw Charge.forbidden(request, "quota usage is negative for resource(s): " + String.join(",", negative.names()));
        }
        ResourceList before = request.oldObject() == null ? ResourceList.EMPTY
                : QuotaUsage.of(request.type().group(), request.type().plural(), request.oldObject(), clock.instant());
        ResourceList delta = usage.minus(before).only((name, amount) -> amount.signum() != 0);
        Map<String, ResourceList> charges = new LinkedHashMap<>();
        for (Quota quota : concerned) {
            ResourceList own = delta.only(hard.get(quota.name()).names());
            if (!own.isEmpty()) {
                refuseIfExceeded(request, quota, own);
                charges.put(quota.name(), own);
            }
        }
        if (!charges.isEmpty() && !request.dryRun()) {
            requireNew(request);
            ledger.charge(new Charge(request, charges));
        }
    }

    /// Refuses to create an object that exists, before it is charged: repeated attempts would use up the quota without creating anything.
    private void requireNew(AdmissionRequest request) {
        if (request.operation() == Operation.CREATE && exists(request)) {
            caches.awaitFresh();
            if (exists(request)) {
                throw ApiException.alreadyExists(request.type().group(), request.type().plural(), request.name());
            }
        }
    }

    private boolean exists(AdmissionRequest request) {
        return !request.name().isEmpty() && caches.of(request.type()).get(request.namespace() + "/" + request.name()) != null;
    }

    /// Refuses a dry run by the cached state. The cache may be behind, so other requests are decided when they are charged.
    private static void refuseIfExceeded(AdmissionRequest request, Quota quota, ResourceList delta) {
        Set<String> exceeded = request.dryRun() ? Charge.exceeded(delta, quota.used(), quota.hard()) : Set.of();
        if (!exceeded.isEmpty()) {
            throw Charge.refusal(request, quota.name(), exceeded, delta, quota.used(), quota.hard());
        }
    }
}
