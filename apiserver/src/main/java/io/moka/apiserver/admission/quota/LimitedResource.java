package io.moka.apiserver.admission.quota;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.json.YamlFile;
import io.moka.machinery.quota.ResourceList;
import io.moka.machinery.quota.Scope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// A resource that can be used only in namespaces where a quota limits it.
///
/// @param contains parts of the limited resources' names: `.storageclass.storage.k8s.io/requests.storage`
/// @param scopes   the scopes of the limited pods
record LimitedResource(String group, String plural, List<String> contains, List<Scope> scopes) {

    /// @param configuration a ResourceQuotaConfiguration, or a missing node
    static List<LimitedResource> of(JsonNode configuration) throws IOException {
        if (!configuration.isMissingNode() && !Json.text(configuration, "kind").equals("ResourceQuotaConfiguration")) {
            throw new IOException("it is not a ResourceQuotaConfiguration");
        }
        List<LimitedResource> limited = new ArrayList<>();
        for (JsonNode entry : configuration.path("limitedResources")) {
            List<Scope> scopes = new ArrayList<>();
            entry.path("matchScopes").forEach(expression -> scopes.add(Scope.ofExpression(expression)));
            limited.add(new LimitedResource(Json.text(entry, "apiGroup"), Json.text(entry, "resource"), YamlFile.strings(entry, "matchContains"), scopes));
        }
        return List.copyOf(limited);
    }

    boolean concerns(AdmissionRequest request) {
        return request.type().group().equals(group) && request.type().plural().equals(plural);
    }

    /// Returns the names in a usage that need a quota but are covered by none.
    Set<String> uncovered(ResourceList usage, Collection<String> covered) {
        Set<String> uncovered = new TreeSet<>();
        for (String name : usage.names()) {
            if (!covered.contains(name) && contains.stream().anyMatch(name::contains)) {
                uncovered.add(name);
            }
        }
        return uncovered;
    }

    /// Returns the scopes that an object is in and that no quota has.
    List<Scope> uncovered(JsonNode object, Collection<Scope> covered) {
        return scopes.stream().filter(scope -> scope.matches(plural, object) && covered.stream().noneMatch(other -> other.name().equals(scope.name()))).toList();
    }
}
