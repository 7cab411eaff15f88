package io.moka.apiserver.front.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.status.ApiException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/// Serves `/api`, `/apis` and the paths below them, in both forms of discovery: the old one, with a document for each group version, and the
/// aggregated one, with everything in one document.
public final class Discovery {
    private static final List<String> STORED_VERBS = List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    // upstream lists the verbs in this order, and clients show them in it
    private static final List<String> CUSTOM_VERBS = List.of("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch");

    private final Catalog catalog;
    private final Supplier<List<RemoteVersion>> remotes;
    private final AggregatedDiscovery aggregated;

    /// @param remotes the group versions that other servers serve
    public Discovery(Catalog catalog, Supplier<List<RemoteVersion>> remotes) {
        this.catalog = catalog;
        this.remotes = remotes;
        aggregated = new AggregatedDiscovery(catalog, remotes);
    }

    /// Answers a discovery path; false when the path is not one.
    public boolean answer(Exchange exchange) {
        String path = trim(exchange.info().path());
        if (path.equals("/api")) {
            root(exchange, true);
        } else if (path.equals("/apis")) {
            root(exchange, false);
        } else if (path.equals("/api/v1")) {
            exchange.answer(200, resources("v1"));
        } else if (path.startsWith("/apis/")) {
            below(exchange, path.substring("/apis/".length()));
        } else {
            return false;
        }
        return true;
    }

    /// Returns the paths of all documents: of each group and each of its versions, this server's and those of other servers.
    List<String> paths() {
        List<String> paths = new ArrayList<>(List.of("/api", "/apis"));
        for (String groupVersion : catalog.groupVersions()) {
            addPaths(groupVersion, paths);
        }
        remotes.get().forEach(remote -> addPaths(remote.group() + "/" + remote.version(), paths));
        return paths;
    }

    private static void addPaths(String groupVersion, List<String> paths) {
        int slash = groupVersion.indexOf('/');
        if (slash < 0) {
            paths.add("/api/" + groupVersion);
        } else {
            paths.add("/apis/" + groupVersion.substring(0, slash));
            paths.add("/apis/" + groupVersion);
        }
    }

    private static String trim(String path) {
        return path.endsWith("/") && path.length() > 1 ? path.substring(0, path.length() - 1) : path;
    }

    private void root(Exchange exchange, boolean core) {
        if (AggregatedDiscovery.wanted(exchange.accept())) {
            tagged(exchange, Json.write(aggregated.document(core)));
        } else {
            exchange.answer(200, core ? coreVersions(exchange) : groupList());
        }
    }

    /// Answers with a document and its ETag. Clients keep the document for as long as its tag stays the same.
    private static void tagged(Exchange exchange, byte[] document) {
        CRC32C sum = new CRC32C();
        sum.update(document);
        String tag = "\"" + Long.toHexString(sum.getValue()) + Integer.toHexString(document.length) + "\"";
        exchange.response().putHeader("ETag", tag).putHeader("Vary", "Accept");
        if (exchange.header("If-None-Match").equals(tag)) {
            exchange.head(304, AggregatedDiscovery.CONTENT_TYPE).end();
        } else {
            exchange.answer(200, AggregatedDiscovery.CONTENT_TYPE, document);
        }
    }

    private static ObjectNode coreVersions(Exchange exchange) {
        ObjectNode versions = Json.object().put("kind", "APIVersions");
        versions.putArray("versions").add("v1");
        versions.putArray("serverAddressByClientCIDRs").addObject().put("clientCIDR", "0.0.0.0/0").put("serverAddress", String.valueOf(exchange.request().authority()));
        return versions;
    }

    /// Returns the versions of each group with a name.
    static Map<String, List<String>> groups(Catalog catalog) {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        for (ResourceType type : catalog.all()) {
            if (!type.group().isEmpty()) {
                List<String> versions = groups.computeIfAbsent(type.group(), ignored -> new ArrayList<>());
                if (!versions.contains(type.version())) {
                    versions.add(type.version());
                }
            }
        }
        return groups;
    }

    /// Returns the same, together with the groups that other servers serve.
    private Map<String, List<String>> groups() {
        Map<String, List<String>> groups = groups(catalog);
        for (RemoteVersion remote : remotes.get()) {
            groups.computeIfAbsent(remote.group(), ignored -> new ArrayList<>()).add(remote.version());
        }
        return groups;
    }

    private ObjectNode groupList() {
        ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = list.putArray("groups");
        groups().forEach((name, versions) -> groups.add(group(Json.object(), name, versions)));
        return list;
    }

    private static ObjectNode group(ObjectNode group, String name, List<String> versions) {
        group.put("name", name);
        ArrayNode entries = group.putArray("versions");
        versions.forEach(version -> entries.addObject().put("groupVersion", name + "/" + version).put("version", version));
        group.putObject("preferredVersion").put("groupVersion", name + "/" + versions.getFirst()).put("version", versions.getFirst());
        return group;
    }

    private void below(Exchange exchange, String rest) {
        int slash = rest.indexOf('/');
        if (slash < 0) {
            List<String> versions = groups().get(rest);
            if (versions == null) {
                throw ApiException.noSuchPath();
            }
            exchange.answer(200, group(Json.object().put("kind", "APIGroup").put("apiVersion", "v1"), rest, versions));
        } else if (catalog.groupVersions().contains(rest)) {
            exchange.answer(200, resources(rest));
        } else {
            throw ApiException.noSuchPath();
        }
    }

    private ObjectNode resources(String groupVersion) {
        ObjectNode list = Json.object().put("kind", "APIResourceList");
        if (!groupVersion.equals("v1")) {
            list.put("apiVersion", "v1");
        }
        ArrayNode entries = list.put("groupVersion", groupVersion).putArray("resources");
        catalog.all().stream().filter(type -> type.groupVersion().equals(groupVersion)).forEach(type -> addResource(entries, type));
        return list;
    }

    private static void addResource(ArrayNode entries, ResourceType type) {
        ObjectNode entry = entries.addObject().put("name", type.plural()).put("singularName", type.singular()).put("namespaced", type.namespaced()).put("kind", type.kind());
        addAll(entry, "verbs", verbs(type));
        addAll(entry, "shortNames", type.shortNames());
        addAll(entry, "categories", type.categories());
        for (SubresourceKind subresource : SubresourceKind.of(type)) {
            ObjectNode below = entries.addObject().put("name", type.plural() + "/" + subresource.name()).put("singularName", "")
                    .put("namespaced", type.namespaced());
            if (!subresource.kind().apiVersion().equals(type.groupVersion())) {
                below.put("group", subresource.kind().group()).put("version", subresource.kind().version());
            }
            below.put("kind", subresource.kind().kind());
            addAll(below, "verbs", subresource.verbs());
        }
    }

    private static void addAll(ObjectNode entry, String field, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode array = entry.putArray(field);
            values.forEach(array::add);
        }
    }

    static List<String> verbs(ResourceType type) {
        if (type.custom() != null) {
            return CUSTOM_VERBS;
        }
        if (type.computed()) {
            return List.of("get", "list");
        }
        return type.stored() ? STORED_VERBS.stream().filter(verb -> !(type.plural().equals("namespaces") && verb.equals("deletecollection"))).toList() : List.of("create");
    }
}
