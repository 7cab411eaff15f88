package io.moka.apiserver.podsecurity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// What a pod does that its level forbids.
///
/// @param reason the same for all pods that do it
/// @param detail who does it, and with what
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

    /// `container "a"`, `containers "a", "b"`.
    static String containers(List<String> names) {
        return plural("container ", "containers ", names.size()) + quoted(names);
    }

    static String quoted(Collection<String> texts) {
        return texts.stream().map(Violation::quote).collect(Collectors.joining(", "));
    }

    static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /// `pod and container "a"`.
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
