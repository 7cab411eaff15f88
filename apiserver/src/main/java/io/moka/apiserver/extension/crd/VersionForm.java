package io.moka.apiserver.extension.crd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.StoredForm;
import io.moka.apiserver.extension.structural.StructuralDefaulter;
import io.moka.apiserver.extension.structural.StructuralPruner;
import io.moka.apiserver.extension.structural.StructuralSchema;
import java.util.ArrayList;
import java.util.List;

/// The form of a custom resource in one version, and the conversion between this version and the stored one.
///
/// @param shownAsStored whether this is the stored version and the definition has never changed
record VersionForm(String apiVersion, String storedApiVersion, Conversion conversion, StructuralSchema schema, boolean shownAsStored) implements StoredForm {

    @Override
    public List<ObjectNode> show(List<ObjectNode> stored) {
        List<ObjectNode> shown = convert(stored, apiVersion);
        for (ObjectNode object : shown) {
            StructuralPruner.prune(schema, object);
            StructuralDefaulter.apply(schema, object);
        }
        return shown;
    }

    @Override
    public ObjectNode store(ObjectNode object) {
        return convert(List.of(object), storedApiVersion).getFirst();
    }

    /// Converts the objects that have another version; an object may still be stored in an earlier storage version.
    private List<ObjectNode> convert(List<ObjectNode> objects, String wanted) {
        List<ObjectNode> others = objects.stream().filter(object -> !Json.text(object, "apiVersion").equals(wanted)).toList();
        if (others.isEmpty()) {
            return objects;
        }
        var converted = conversion.convert(others, wanted).iterator();
        List<ObjectNode> all = new ArrayList<>(objects.size());
        for (ObjectNode object : objects) {
            all.add(Json.text(object, "apiVersion").equals(wanted) ? object : converted.next());
        }
        return all;
    }
}
