package io.moka.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.matching.MatchingContext;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.json.SelectorNodes;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.machinery.meta.LabelSelector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the objects that a binding gives a policy as its parameters.
record ParamLookup(MatchingContext cluster) {

    /// Returns the type of a policy's parameters; null when it has none.
    @Nullable ResourceType type(@Nullable GroupVersionKind kind) throws Misconfigured {
        if (kind == null) {
            return null;
        }
        ResourceType type = cluster.catalog().byKind(kind);
        if (type == null || !type.stored()) {
            throw new Misconfigured("failed to find resource referenced by paramKind: '" + kind + "'");
        }
        return type;
    }

    /// Returns the parameter objects; the policy is evaluated once for each of them. A null element stands for an evaluation without parameters.
    ///
    /// @param namespace the request's namespace
    List<@Nullable ObjectNode> find(@Nullable ResourceType type, JsonNode reference, String namespace) throws Misconfigured {
        if (type == null || !reference.isObject()) {
            return Collections.singletonList(null);
        }
        String from = namespace(type, Json.text(reference, "namespace"), namespace);
        List<@Nullable ObjectNode> found = new ArrayList<>();
        String name = Json.text(reference, "name");
        if (!name.isEmpty()) {
            ObjectNode param = get(type, from, name);
            if (param != null) {
                found.add(cluster.versions().show(type, param));
            }
        } else {
            LabelSelector selector = SelectorNodes.read(reference.path("selector")).orElse(LabelSelector.everything());
            for (ObjectNode param : cluster.caches().list(type, from)) {
                if (selector.matches(labels(param))) {
                    found.add(cluster.versions().show(type, param));
                }
            }
        }
        if (found.isEmpty() && Json.text(reference, "parameterNotFoundAction").equals("Deny")) {
            throw new Misconfigured("no params found for policy binding with `Deny` parameterNotFoundAction");
        }
        return found;
    }

    private static String namespace(ResourceType type, String wanted, String requested) throws Misconfigured {
        if (!type.namespaced()) {
            if (!wanted.isEmpty()) {
                throw new Misconfigured("paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
            }
            return "";
        }
        if (wanted.isEmpty() && requested.isEmpty()) {
            throw new Misconfigured("cannot use namespaced paramRef in policy binding that matches cluster-scoped resources");
        }
        return wanted.isEmpty() ? requested : wanted;
    }

    /// Returns an object; when the cache lacks it, waits for a fresh cache first, since it may just have been created.
    private @Nullable ObjectNode get(ResourceType type, String namespace, String name) {
        ObjectNode found = cluster.caches().get(type, namespace, name);
        if (found == null) {
            cluster.caches().awaitFresh();
            found = cluster.caches().get(type, namespace, name);
        }
        return found;
    }

    private static Map<String, String> labels(ObjectNode object) {
        Map<String, String> labels = new HashMap<>();
        object.path("metadata").path("labels").properties().forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }
}
