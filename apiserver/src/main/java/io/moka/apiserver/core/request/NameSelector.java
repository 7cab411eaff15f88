package io.moka.apiserver.core.request;

import java.util.LinkedHashMap;
import java.util.Map;

/// Extracts the fields or labels for which a list, watch or deletecollection selects one value:
/// `{spec.nodeName=a}`. Authorization may rely on them, as all terms of a selector have to hold.
public final class NameSelector {
    private static final String NAME = "metadata.name";

    private NameSelector() {}

    public static Map<String, String> fieldsOf(RequestInfo info, Query query) {
        return equalTerms(info, query.get("fieldSelector"));
    }

    /// Returns the values by label; set-based terms (`a in (b)`) are ignored.
    public static Map<String, String> labelsOf(RequestInfo info, Query query) {
        return equalTerms(info, query.get("labelSelector"));
    }

    private static Map<String, String> equalTerms(RequestInfo info, String selector) {
        if (selector.isEmpty() || !isCollection(info)) {
            return Map.of();
        }
        Map<String, String> terms = new LinkedHashMap<>();
        for (String term : selector.split(",")) {
            int equals = term.indexOf('=');
            if (equals > 0 && term.charAt(equals - 1) != '!') {
                terms.putIfAbsent(term.substring(0, equals), term.substring(term.startsWith("==", equals) ? equals + 2 : equals + 1));
            }
        }
        return terms;
    }

    private static boolean isCollection(RequestInfo info) {
        return switch (info.verb()) {
            case "list", "watch", "deletecollection" -> true;
            default -> false;
        };
    }

    /// Returns the object's name for authorization. A list or watch with `fieldSelector=metadata.name=x` counts as access to that object.
    public static String nameOf(RequestInfo info, Map<String, String> fields) {
        boolean reads = info.verb().equals("list") || info.verb().equals("watch");
        return info.name().isEmpty() && reads ? fields.getOrDefault(NAME, "") : info.name();
    }
}
