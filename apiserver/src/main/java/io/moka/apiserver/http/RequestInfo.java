package io.moka.apiserver.http;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// What a request is about, read from its method, path and query as upstream's request info does. Parts that do not apply are empty.
///
/// @param verb         `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`; for other requests the method in lower case
/// @param prefix       `api` or `apis`
/// @param rest         the path's parts after the subresource (the port of `services/x/proxy/a/b`, say)
public record RequestInfo(
        boolean resourceRequest, String path, String verb, String prefix, String group, String version,
        String namespace, String resource, String name, String subresource, List<String> rest) {
    private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");

    static RequestInfo of(String method, String path, Query query) {
        List<String> parts = Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).toList();
        boolean core = !parts.isEmpty() && parts.getFirst().equals("api");
        boolean grouped = !parts.isEmpty() && parts.getFirst().equals("apis");
        int skip = core ? 2 : 3;
        if (!(core || grouped) || parts.size() <= skip) {
            return nonResource(method, path);
        }
        return ofResource(method, path, query, parts.getFirst(), core ? "" : parts.get(1), parts.get(skip - 1), parts.subList(skip, parts.size()));
    }

    private static RequestInfo nonResource(String method, String path) {
        return new RequestInfo(false, path, method.toLowerCase(java.util.Locale.ROOT), "", "", "", "", "", "", "", List.of());
    }

    private static RequestInfo ofResource(String method, String path, Query query, String prefix, String group, String version, List<String> parts) {
        boolean oldWatch = parts.getFirst().equals("watch");
        List<String> rest = oldWatch ? parts.subList(1, parts.size()) : parts;
        String namespace = "";
        if (!rest.isEmpty() && rest.getFirst().equals("namespaces") && rest.size() > 1) {
            namespace = rest.get(1);
            if (rest.size() > 2 && !NAMESPACE_SUBRESOURCES.contains(rest.get(2))) {
                rest = rest.subList(2, rest.size());
            }
        }
        String name = part(rest, 1);
        return new RequestInfo(true, path, oldWatch ? "watch" : verb(method, name, query), prefix, group, version, namespace, part(rest, 0), name,
                part(rest, 2), rest.size() > 3 ? rest.subList(3, rest.size()) : List.of());
    }

    private static String part(List<String> parts, int index) {
        return parts.size() > index ? parts.get(index) : "";
    }

    private static String verb(String method, String name, Query query) {
        return switch (method) {
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
            case "GET", "HEAD" -> query.flag("watch") ? "watch" : name.isEmpty() ? "list" : "get";
            default -> method.toLowerCase(java.util.Locale.ROOT);
        };
    }

    /// The name that a watch or list selects by field selector counts as the request's name when access is decided.
    public RequestInfo named(String selectedName) {
        return new RequestInfo(resourceRequest, path, verb, prefix, group, version, namespace, resource, selectedName, subresource, rest);
    }

    public boolean readOnly() {
        return switch (verb) {
            case "get", "list", "watch", "head" -> true;
            default -> false;
        };
    }

    /// Requests that may stay open for as long as they like, and so are not counted and not timed out.
    public boolean longRunning() {
        return verb.equals("watch") || switch (subresource) {
            case "log", "exec", "attach", "portforward", "proxy" -> true;
            default -> false;
        };
    }
}
