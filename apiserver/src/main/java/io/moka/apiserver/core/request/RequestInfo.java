package io.moka.apiserver.core.request;

import io.moka.apiserver.core.status.ApiException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// The attributes of a request, derived from its method, path and query as upstream's request info does. Parts that do not apply are empty.
///
/// @param verb         `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`, empty for other methods; for a path that is
///         no resource, the method in lower case
/// @param prefix       `api` or `apis`
/// @param rest         the segments of the path after the subresource (`a` and `b` in `services/x/proxy/a/b`)
public record RequestInfo(
        boolean resourceRequest, String path, String verb, String prefix, String group, String version,
        String namespace, String resource, String name, String subresource, List<String> rest) {
    private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");

    public static RequestInfo of(String method, String path, Query query) {
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

    /// Returns the verb. The query's `watch` counts for the GET of a collection only. A method that Kubernetes does not use has no verb, so that a client
    /// cannot name a verb by its method.
    private static String verb(String method, String name, Query query) {
        return switch (method) {
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
            case "GET" -> !name.isEmpty() ? "get" : query.flag("watch") ? "watch" : "list";
            case "HEAD" -> name.isEmpty() ? "list" : "get";
            default -> "";
        };
    }

    /// Rejects requests whose access may have been granted under a verb or name that is not theirs: a watch that is not the GET of a resource without
    /// subresource, and a path that is not written as Kubernetes writes it (empty and dot segments, a namespace in a namespace).
    ///
    /// @param method the method that the client has sent
    public void requireServed(String method) {
        if (!resourceRequest) {
            return;
        }
        if (verb.equals("watch") && !subresource.isEmpty() || !path.startsWith("/") || !isWrittenAsUsual()) {
            throw ApiException.noSuchPath();
        }
        if (verb.isEmpty() && !(subresource.equals("proxy") && method.equals("OPTIONS")) || verb.equals("watch") && !method.equals("GET")) {
            throw ApiException.methodNotAllowed("the server does not allow this method on the requested resource");
        }
    }

    /// Whether the path is written as Kubernetes writes it. The part after a `proxy` is not checked: it belongs to another server.
    private boolean isWrittenAsUsual() {
        String[] parts = path.substring(1).split("/", -1);
        int end = parts.length - (parts[parts.length - 1].isEmpty() ? 1 : 0);
        int first = group.isEmpty() ? 2 : 3;
        int own = first + (parts[Math.min(first, parts.length - 1)].equals("watch") ? 1 : 0) + (namespace.isEmpty() || resource.equals("namespaces") ? 0 : 2)
                + (resource.isEmpty() ? 0 : 1) + (name.isEmpty() ? 0 : 1) + (subresource.isEmpty() ? 0 : 1);
        boolean proxy = subresource.equals("proxy");
        if (proxy ? parts.length < own : end != own + rest.size()) {
            return false;
        }
        for (int i = 0; i < (proxy ? own : end); i++) {
            if (parts[i].isEmpty() || isDots(parts[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDots(String segment) {
        return segment.equals(".") || segment.equals("..");
    }

    public boolean readOnly() {
        return switch (verb) {
            case "get", "list", "watch", "head" -> true;
            default -> false;
        };
    }

    /// Whether the request may stay open without limit, so that it has no time-out and no seat (a watch has one until it has begun).
    public boolean longRunning() {
        return verb.equals("watch") || switch (subresource) {
            case "log", "exec", "attach", "portforward", "proxy" -> true;
            default -> false;
        };
    }
}
