package io.moka.apiserver.admission.matching;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.json.SelectorNodes;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.machinery.meta.LabelSelector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The criteria by which a webhook, a policy or a binding matches requests.
public final class Criteria {
    private static final String GROUP = "admissionregistration.k8s.io";
    private static final Set<String> EXEMPT = Set.of("validatingwebhookconfigurations", "mutatingwebhookconfigurations", "validatingadmissionpolicies",
            "validatingadmissionpolicybindings", "mutatingadmissionpolicies", "mutatingadmissionpolicybindings");

    private final List<ResourceRule> rules;
    private final List<ResourceRule> excluded;
    private final boolean anyResource;
    private final boolean equivalent;
    private final LabelSelector namespaces;
    private final LabelSelector objects;

    private Criteria(JsonNode spec, List<ResourceRule> rules, List<ResourceRule> excluded, boolean anyResource) {
        this.rules = rules;
        this.excluded = excluded;
        this.anyResource = anyResource;
        equivalent = !Json.text(spec, "matchPolicy").equals("Exact");
        namespaces = SelectorNodes.read(spec.path("namespaceSelector")).orElse(LabelSelector.everything());
        objects = SelectorNodes.read(spec.path("objectSelector")).orElse(LabelSelector.everything());
    }

    /// Returns the criteria of a webhook.
    public static Criteria ofWebhook(JsonNode webhook) {
        return new Criteria(webhook, ResourceRule.listOf(webhook.path("rules")), List.of(), false);
    }

    /// Returns the criteria of a `MatchResources`; one without rules matches any resource.
    public static Criteria ofMatchResources(JsonNode resources) {
        List<ResourceRule> rules = ResourceRule.listOf(resources.path("resourceRules"));
        return new Criteria(resources, rules, ResourceRule.listOf(resources.path("excludeResourceRules")), rules.isEmpty());
    }

    /// Whether a request is exempt from webhooks and policies: the server's own writes, and the configuration of admission.
    public static boolean exempt(AdmissionRequest request) {
        return request.caller().own() || request.type().group().equals(GROUP) && EXEMPT.contains(request.type().plural());
    }

    /// Returns the version in which the request is to be shown; null when the criteria do not match.
    public @Nullable ResourceType match(AdmissionRequest request, MatchingContext cluster) {
        ResourceType as = anyResource ? request.type() : find(rules, request, cluster);
        if (as == null || find(excluded, request, cluster) != null) {
            return null;
        }
        return objectMatches(request) && namespaceMatches(request, cluster) ? as : null;
    }

    private @Nullable ResourceType find(List<ResourceRule> wanted, AdmissionRequest request, MatchingContext cluster) {
        for (ResourceRule rule : wanted) {
            if (rule.matches(request, request.type())) {
                return request.type();
            }
        }
        if (equivalent) {
            for (ResourceRule rule : wanted) {
                for (ResourceType other : cluster.catalog().sharing(request.type())) {
                    if (rule.matches(request, other)) {
                        return other;
                    }
                }
            }
        }
        return null;
    }

    private boolean objectMatches(AdmissionRequest request) {
        return objects.isEverything() || hasLabels(request.object()) || hasLabels(request.oldObject());
    }

    private boolean hasLabels(@Nullable ObjectNode object) {
        return object != null && object.path("metadata").isObject() && objects.matches(labels(object));
    }

    /// Matches a namespace by the labels that it is to have; an object in no namespace always matches.
    private boolean namespaceMatches(AdmissionRequest request, MatchingContext cluster) {
        boolean namespace = request.isCore("namespaces");
        if (namespaces.isEverything() || request.namespace().isEmpty() && !namespace) {
            return true;
        }
        boolean itself = namespace && request.subresource().isEmpty() && request.object() != null;
        return namespaces.matches(labels(itself ? request.newObject() : cluster.namespace(request.namespaceConcerned())));
    }

    private static Map<String, String> labels(ObjectNode object) {
        Map<String, String> labels = new HashMap<>();
        object.path("metadata").path("labels").properties().forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }
}
