package io.moka.apiserver.admission.podsecurity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// A pod's violation of its level.
///
/// @param reason the violated rule, the same for all pods
/// @param detail the parts of the pod that violate it, such as containers, and the values with which they do
record Violation(String reason, String detail) {

    static String reasons(List<Violation> violations) {
        return violations.stream().map(Violation::reason).collect(Collectors.joining(", "));
    }

    static String details(List<Violation> violations) {
        return violations.stream().map(Violation::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return detail.isEmpty() ? reason : reason + " (" + detail + ")";
    }

    static String plural(String one, String many, int count) {
        return count == 1 ? one : many;
    }

    /// Returns `container "a"`, `containers "a", "b"`.
    static String containers(List<String> names) {
        return plural("container ", "containers ", names.size()) + quoted(names);
    }

    static String quoted(Collection<String> texts) {
        return texts.stream().map(Violation::quote).collect(Collectors.joining(", "));
    }

    static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /// Returns `pod and container "a"`.
    static String setters(boolean pod, List<String> names) {
        List<String> setters = new ArrayList<>();
        if (pod) {
            setters.add("pod");
        }
        if (!names.isEmpty()) {
            setters.add(containers(names));
        }
        return String.join(" and ", setters);
    }
}
