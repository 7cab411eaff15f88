package io.moka.apiserver.admission.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.admission.Remarks;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.CachedObject;
import io.moka.apiserver.core.storage.Caches;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Refuses pods that violate their namespace's level, and warns about workloads whose pods would violate it.
public final class PodSecurity implements AdmissionPlugin {
    /// Subresources that do not change a pod's spec.
    private static final Set<String> HARMLESS = Set.of("exec", "attach", "binding", "eviction", "log", "portforward", "proxy", "status");

    private final Caches caches;
    private final ResourceType namespaces;
    private final ResourceType pods;
    private final PodSecurityConfiguration configuration;
    private final Evaluations evaluations;

    /// @param configuration a PodSecurityConfiguration, or a missing node
    public PodSecurity(Caches caches, Catalog catalog, MeterRegistry metrics, JsonNode configuration) throws IOException {
        this.caches = caches;
        namespaces = catalog.get("", "v1", "namespaces");
        pods = catalog.get("", "v1", "pods");
        this.configuration = PodSecurityConfiguration.of(configuration);
        evaluations = new Evaluations(metrics);
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (request.object() == null || request.operation() != Operation.CREATE && request.operation() != Operation.UPDATE) {
            return;
        }
        switch (request.type().qualifiedPlural()) {
            case "namespaces" -> {
                if (request.subresource().isEmpty()) {
                    checkNamespace(request);
                }
            }
            case "pods" -> {
                if (!HARMLESS.contains(request.subresource())) {
                    checkPod(request);
                }
            }
            case "podtemplates", "replicationcontrollers", "replicasets.apps", "deployments.apps", "statefulsets.apps", "daemonsets.apps", "jobs.batch", "cronjobs.batch" -> {
                if (request.subresource().isEmpty()) {
                    checkTemplate(request);
                }
            }
            default -> { }
        }
    }

    private void checkPod(AdmissionRequest request) {
        NamespacePolicy policy = exempt(request) ? null : policyOf(request.namespace());
        if (policy == null) {
            return;
        }
        if (policy.asksNothing()) {
            evaluations.decided(true, "enforce", policy.enforce(), request);
        } else if (request.oldObject() == null || SignificantChange.between(request.oldObject(), request.newObject())) {
            check(request, policy, PodShape.of(request.newObject()), true);
        }
    }

    private void checkTemplate(AdmissionRequest request) {
        NamespacePolicy policy = exempt(request) ? null : policyOf(request.namespace());
        if (policy == null || policy.asksNothingOfTemplates()) {
            return;
        }
        PodShape template = PodShape.in(request.type().qualifiedPlural(), request.newObject());
        if (template != null) {
            check(request, policy, template, false);
        }
    }

    private boolean exempt(AdmissionRequest request) {
        boolean user = configuration.users().contains(request.user().name());
        if (user || configuration.namespaces().contains(request.namespace())) {
            evaluations.exempted(request);
            annotate("exempt", user ? "user" : "namespace");
            return true;
        }
        return false;
    }

    private void check(AdmissionRequest request, NamespacePolicy policy, PodShape pod, boolean enforce) {
        if (configuration.exemptsClassOf(pod)) {
            evaluations.exempted(request);
            annotate("exempt", "runtimeClass");
            return;
        }
        if (!policy.problems().isEmpty()) {
            annotate("error", "Failed to parse policy: " + policy.problemText());
        }
        Map<String, List<Violation>> found = new TreeMap<>();
        List<Violation> enforced = enforce ? violations(policy.enforce(), pod, found) : List.of();
        if (enforce) {
            evaluations.decided(enforced.isEmpty(), "enforce", policy.enforce(), request);
            annotate("enforce-policy", policy.enforce().toString());
        }
        List<Violation> audited = violations(policy.audit(), pod, found);
        if (!audited.isEmpty()) {
            evaluations.decided(false, "audit", policy.audit(), request);
            annotate("audit-violations", would(policy.audit(), audited));
        }
        if (!enforced.isEmpty()) {
            throw ApiException.forbidden("", request.type().plural(), request.name(),
                    "violates PodSecurity " + Violation.quote(policy.enforce().toString()) + ": " + Violation.details(enforced));
        }
        List<Violation> warned = violations(policy.warn(), pod, found);
        if (!warned.isEmpty()) {
            evaluations.decided(false, "warn", policy.warn(), request);
            Remarks.warn(would(policy.warn(), warned));
        }
    }

    /// @param found the violations that have been found already, by level
    private static List<Violation> violations(LevelVersion level, PodShape pod, Map<String, List<Violation>> found) {
        return found.computeIfAbsent(level.toString(), ignored -> Standards.violations(level, pod));
    }

    private static String would(LevelVersion level, List<Violation> violations) {
        return "would violate PodSecurity " + Violation.quote(level.toString()) + ": " + Violation.details(violations);
    }

    private static void annotate(String key, String value) {
        Remarks.annotate(NamespacePolicy.PREFIX + key, value);
    }

    private NamespacePolicy policyOf(String namespace) {
        CachedObject found = caches.of(namespaces).get(namespace);
        if (found == null) {
            caches.awaitFresh();
            found = caches.of(namespaces).get(namespace);
        }
        if (found == null) {
            throw ApiException.internal("failed to lookup namespace " + namespace);
        }
        return NamespacePolicy.of(found.labels(), configuration.defaults());
    }

    private void checkNamespace(AdmissionRequest request) {
        NamespacePolicy updated = policyOf(request.newObject());
        NamespacePolicy before = request.oldObject() == null ? null : policyOf(request.oldObject());
        if (!updated.problems().isEmpty() && (before == null || !before.problems().equals(updated.problems()))) {
            throw ApiException.invalid("", "Namespace", request.name(), updated.problemText(), updated.problems());
        }
        if (configuration.namespaces().contains(request.name())) {
            warnOfNoEffect(request, updated, before);
        } else if (before != null && stricter(updated.enforce(), before.enforce())) {
            var listing = caches.of(pods).list(request.name() + "/", "", 0, 0, all -> true, true).orElseThrow();
            new ExistingPods(request.name(), updated.enforce(), configuration).warnings(listing.objects()).forEach(Remarks::warn);
        }
    }

    private static void warnOfNoEffect(AdmissionRequest request, NamespacePolicy updated, @Nullable NamespacePolicy before) {
        boolean labelled = request.newObject().path("metadata").path("labels").properties().stream().anyMatch(label -> label.getKey().startsWith(NamespacePolicy.PREFIX));
        if (labelled && !updated.equals(before)) {
            Remarks.warn("namespace " + Violation.quote(request.name()) + " is exempt from Pod Security, and the policy (" + updated + ") will be ignored");
        }
    }

    private static boolean stricter(LevelVersion updated, LevelVersion before) {
        boolean relaxed = updated.minor() == before.minor() && updated.level().compareTo(before.level()) <= 0;
        return updated.level() != Level.PRIVILEGED && !relaxed;
    }

    private NamespacePolicy policyOf(ObjectNode namespace) {
        Map<String, String> labels = new TreeMap<>();
        namespace.path("metadata").path("labels").properties().forEach(label -> labels.put(label.getKey(), Json.text(namespace, "metadata", "labels", label.getKey())));
        return NamespacePolicy.of(labels, configuration.defaults());
    }
}
