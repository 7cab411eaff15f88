package io.moka.apiserver.crd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.StoredForm;
import io.moka.apiserver.structural.StructuralDefaulter;
import io.moka.apiserver.structural.StructuralPruner;
import io.moka.apiserver.structural.StructuralSchema;
import java.util.ArrayList;
import java.util.List;

/// One version of a custom resource beside the version that is stored.
///
/// @param shownAsStored when this is the stored version and the definition never changed
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

    /// Converts those that are of another version; an object may still be stored as an earlier storage version.
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
