package io.moka.apiserver.extension.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.CustomType;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.schema.Field;
import io.moka.apiserver.core.schema.ObjectSchema;
import io.moka.apiserver.core.schema.Schema;
import io.moka.apiserver.core.schema.SchemaRegistry;
import io.moka.apiserver.core.schema.Shapes;
import io.moka.apiserver.core.storage.Caches;
import io.moka.apiserver.core.storage.StoreUnavailableException;
import io.moka.apiserver.extension.structural.StructuralSchema;
import io.moka.apiserver.extension.webhook.WebhookClient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Derives resource types, schemas and caches from definitions and hands them to the catalog, the schema registry and the caches, each of which publishes one
/// immutable snapshot. Used by the thread `definitions` alone, so it needs no lock.
final class Publication {
    private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

    private final Catalog catalog;
    private final SchemaRegistry schemas;
    private final Caches caches;
    private final WebhookClient webhooks;
    // Used by the thread `definitions` alone. byUid: the definitions whose caches are filled. announced: catalog and schemas show exactly byUid.
    // removed: types whose caches are still to be removed, once the catalog no longer has them. unservable: the specs that could not be served, by UID.
    private final Map<String, Served> byUid = new LinkedHashMap<>();
    private final List<ResourceType> removed = new ArrayList<>();
    private final Map<String, JsonNode> unservable = new HashMap<>();
    private boolean announced = true;
    private final Map<String, Field> header;
    private final Map<String, Field> listHeader;

    /// The types and schemas of one definition, kept until the definition changes.
    private record Served(JsonNode spec, boolean terminating, long generation, List<Version> versions) {}

    /// @param served false for a version that is kept only for the deletion of its objects
    private record Version(boolean served, ResourceType type, CustomSchema schema, Schema.Struct list) {}

    Publication(Catalog catalog, SchemaRegistry schemas, Caches caches, WebhookClient webhooks) {
        this.catalog = catalog;
        this.schemas = schemas;
        this.caches = caches;
        this.webhooks = webhooks;
        header = fieldsOf("ConfigMap", "apiVersion", "kind", "metadata");
        listHeader = fieldsOf("ConfigMapList", "apiVersion", "kind", "metadata");
    }

    private Map<String, Field> fieldsOf(String kind, String... names) {
        Schema.Struct struct = schemas.findKind("", "v1", kind);
        Map<String, Field> fields = new LinkedHashMap<>();
        for (String name : names) {
            Field field = struct == null ? null : struct.field(name);
            if (field != null) {
                fields.put(name, field);
            }
        }
        return fields;
    }

    /// Serves exactly these definitions. Returns at once when nothing has changed. The next call completes the work that a failure left undone.
    ///
    /// @return the UIDs of the definitions that could not be served in their present state; these do not delay the others
    Set<String> publish(List<Definition> definitions) {
        Set<String> present = new HashSet<>();
        for (Definition definition : definitions) {
            present.add(definition.uid());
            Served known = byUid.get(definition.uid());
            if (definition.object().path("spec").equals(unservable.get(definition.uid()))) {
                continue;
            }
            if (known == null || known.terminating() != definition.deleting() || !known.spec().equals(definition.object().path("spec"))) {
                try {
                    Served served = serve(definition);
                    served.versions().forEach(version -> caches.add(version.type()));
                    byUid.put(definition.uid(), served);
                    unservable.remove(definition.uid());
                    announced = false;
                } catch (StoreUnavailableException away) {
                    throw away;
                } catch (RuntimeException | StackOverflowError malformed) {
                    LOG.error("CustomResourceDefinition {} cannot be served; it is set aside until it changes", definition.name(), malformed);
                    unservable.put(definition.uid(), definition.object().path("spec"));
                }
            }
        }
        for (var entries = byUid.entrySet().iterator(); entries.hasNext(); ) {
            var entry = entries.next();
            if (!present.contains(entry.getKey())) {
                entry.getValue().versions().stream().limit(1).forEach(version -> removed.add(version.type()));
                entries.remove();
                announced = false;
            }
        }
        if (!announced) {
            announce();
            announced = true;
        }
        removed.stream().filter(type -> byUid.values().stream().flatMap(served -> served.versions().stream())
                .noneMatch(version -> version.type().keySegment().equals(type.keySegment()))).forEach(caches::remove);
        removed.clear();
        unservable.keySet().retainAll(present);
        return Set.copyOf(unservable.keySet());
    }

    /// Publishes the schemas first, so that a type in the catalog always has one.
    private void announce() {
        Map<GroupVersionKind, ObjectSchema> kinds = new LinkedHashMap<>();
        Map<GroupVersionKind, Schema.Struct> lists = new LinkedHashMap<>();
        List<ResourceType> types = new ArrayList<>();
        StringBuilder fingerprint = new StringBuilder();
        for (var entry : byUid.entrySet()) {
            fingerprint.append(entry.getKey()).append(entry.getValue().generation());
            for (Version version : entry.getValue().versions().stream().filter(Version::served).toList()) {
                kinds.put(version.type().gvk(), version.schema());
                lists.put(java.util.Objects.requireNonNull(version.list().kind()), version.list());
                types.add(version.type());
            }
        }
        types.sort(Comparator.comparing(ResourceType::group).thenComparing(ResourceType::version, VersionOrder.BEST_FIRST).thenComparing(ResourceType::plural));
        schemas.publish(kinds, lists, "%08X".formatted(fingerprint.toString().hashCode()));
        catalog.publish(types);
    }

    private Served serve(Definition definition) {
        List<Version> versions = new ArrayList<>();
        for (Definition.Version version : definition.versions()) {
            versions.add(serve(definition, version));
        }
        return new Served(definition.object().path("spec"), definition.deleting(), definition.object().path("metadata").path("generation").asLong(), versions);
    }

    private Version serve(Definition definition, Definition.Version version) {
        GroupVersionKind kind = new GroupVersionKind(definition.group(), version.name(), definition.name("kind"));
        StructuralSchema structural = StructuralSchema.of(version.schema());
        String name = typeName(kind);
        Schema.Struct shape = ShapeBuilder.of(name, kind, structural, header);
        CustomSchema schema = new CustomSchema(kind, shape, Shapes.struct(name, kind, header), structural);
        GroupVersionKind listKind = new GroupVersionKind(kind.group(), kind.version(), definition.name("listKind"));
        return new Version(version.served(), row(definition, version, structural), schema, ShapeBuilder.list(typeName(listKind), listKind, shape, listHeader));
    }

    /// Returns the name of the type in OpenAPI: `com.example.stable.v1.CronTab`.
    private static String typeName(GroupVersionKind kind) {
        List<String> words = new ArrayList<>(List.of(kind.group().split("\\.")));
        return String.join(".", words.reversed()) + "." + kind.version() + "." + kind.kind();
    }

    private ResourceType row(Definition definition, Definition.Version version, StructuralSchema schema) {
        Set<String> subresources = new HashSet<>();
        List.of("status", "scale").forEach(name -> {
            if (version.has(name)) {
                subresources.add(name);
            }
        });
        String plural = definition.name("plural");
        return new ResourceType(definition.group(), version.name(), definition.name("kind"), plural, definition.name("singular"),
                definition.nameList("shortNames"), definition.nameList("categories"), definition.namespaced(), Set.copyOf(subresources),
                definition.selectableFields(), definition.group() + "/" + plural, true, custom(definition, version, schema), null);
    }

    private CustomType custom(Definition definition, Definition.Version version, StructuralSchema schema) {
        String stored = definition.group() + "/" + definition.storageVersion().name();
        String shown = definition.group() + "/" + version.name();
        JsonNode conversion = definition.object().path("spec").path("conversion");
        Conversion converter = Json.text(conversion, "strategy").equals("Webhook")
                ? new WebhookConversion(definition.group(), definition.name("kind"), conversion.path("webhook"), webhooks) : Conversion.NONE;
        boolean asStored = version.storage() && !definition.everChanged();
        return new CustomType(new VersionForm(shown, stored, converter, schema, asStored), columns(version), scale(version), warning(definition, version), definition.deleting());
    }

    private static String warning(Definition definition, Definition.Version version) {
        if (!version.source().path("deprecated").asBoolean()) {
            return "";
        }
        String own = Json.text(version.source(), "deprecationWarning");
        return own.isEmpty() ? definition.group() + "/" + version.name() + " " + definition.name("kind") + " is deprecated" : own;
    }

    private static List<CustomType.PrinterColumn> columns(Definition.Version version) {
        List<CustomType.PrinterColumn> columns = new ArrayList<>();
        for (JsonNode column : version.source().path("additionalPrinterColumns")) {
            columns.add(new CustomType.PrinterColumn(Json.text(column, "name"), Json.text(column, "type"), Json.text(column, "format"),
                    Json.text(column, "description"), column.path("priority").asInt(), Json.text(column, "jsonPath")));
        }
        return columns;
    }

    private static CustomType.@Nullable ScalePaths scale(Definition.Version version) {
        JsonNode scale = version.source().path("subresources").path("scale");
        return scale.isObject() ? new CustomType.ScalePaths(Json.text(scale, "specReplicasPath"), Json.text(scale, "statusReplicasPath"), Json.text(scale, "labelSelectorPath")) : null;
    }

    /// Returns the types through which a definition's objects are deleted.
    List<ResourceType> typesOf(ObjectNode definition) {
        Served served = byUid.get(Json.uid(definition));
        return served == null ? List.of() : served.versions().stream().map(Version::type).toList();
    }
}
