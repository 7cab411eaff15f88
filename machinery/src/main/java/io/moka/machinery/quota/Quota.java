package io.moka.machinery.quota;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// A ResourceQuota as it is enforced.
///
/// @param hard the limits in its status, not its spec: limits are enforced once the usage has been counted
public record Quota(String name, ResourceList hard, ResourceList used, List<Scope> scopes) {

    public static Quota of(JsonNode object) {
        return new Quota(object.path("metadata").path("name").asText(), ResourceList.of(object.path("status").path("hard")),
                ResourceList.of(object.path("status").path("used")), Scope.of(object.path("spec")));
    }

    /// Whether an object is in all of the quota's scopes.
    public boolean covers(String group, String plural, JsonNode object) {
        return scopes.isEmpty() || group.isEmpty() && scopes.stream().allMatch(scope -> scope.matches(plural, object));
    }

    /// Returns the quota's limits that apply to a kind of object.
    public ResourceList hardFor(String group, String plural) {
        return hard.only((name, amount) -> QuotaUsage.tracks(group, plural, name));
    }
}
