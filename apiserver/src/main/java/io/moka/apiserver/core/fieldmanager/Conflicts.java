package io.moka.apiserver.core.fieldmanager;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.Status;
import io.moka.apiserver.core.status.StatusCause;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fields of other owners that an apply would change.
record Conflicts(Map<FieldOwner, ObjectNode> fields) {

    /// Returns the fields that `difference` changes and that other owners than the applier own.
    static Conflicts between(ManagedFields managed, FieldOwner applier, Comparison difference) {
        Map<FieldOwner, ObjectNode> conflicts = new LinkedHashMap<>();
        for (ManagedFields.Entry entry : managed.entries()) {
            ObjectNode common = entry.owner().sameAs(applier) ? null : FieldSet.intersection(entry.fields(), difference.changed());
            if (common != null) {
                conflicts.put(entry.owner(), common);
            }
        }
        return new Conflicts(conflicts);
    }

    boolean isEmpty() {
        return fields.isEmpty();
    }

    /// Returns the conflicts without the fields of a set.
    Conflicts except(@Nullable ObjectNode allowed) {
        Map<FieldOwner, ObjectNode> left = new LinkedHashMap<>();
        fields.forEach((owner, set) -> {
            ObjectNode rest = FieldSet.minus(set, allowed);
            if (rest != null) {
                left.put(owner, rest);
            }
        });
        return new Conflicts(left);
    }

    ApiException refusal() {
        List<StatusCause> causes = new ArrayList<>();
        List<String> messages = new ArrayList<>();
        fields.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<FieldOwner, ObjectNode> conflict) -> conflict.getKey().manager())
                        .thenComparing(conflict -> conflict.getKey().operation()).thenComparing(conflict -> conflict.getKey().subresource()))
                .forEach(conflict -> {
                    String manager = conflict.getKey().describe();
                    messages.add("conflicts with " + manager + ":");
                    for (String path : FieldSet.paths(conflict.getValue())) {
                        causes.add(new StatusCause("FieldManagerConflict", "conflict with " + manager, path));
                        messages.add("- " + path);
                    }
                });
        String message = causes.size() == 1
                ? "Apply failed with 1 conflict: " + causes.getFirst().message() + ": " + causes.getFirst().field()
                : "Apply failed with " + causes.size() + " conflicts: " + String.join("\n", messages);
        return new ApiException(new Status(409, "Conflict", message, new Status.Details("", "", "", "", causes, 0)));
    }
}
