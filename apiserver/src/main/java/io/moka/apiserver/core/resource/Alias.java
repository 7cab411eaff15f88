package io.moka.apiserver.core.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// The relation of an older version of a built-in resource to the newer version from whose storage it is served.
///
/// @param of   the kind whose objects are stored
/// @param form the conversion between the stored form and the older version's
public record Alias(GroupVersionKind of, StoredForm form) {

    /// Whether the older version's objects differ in more than their `apiVersion`.
    public boolean reshapes() {
        return !(form instanceof Renamed);
    }

    /// The form of a version that differs only in its `apiVersion`.
    record Renamed(String storedVersion, String shownVersion) implements StoredForm {
        @Override
        public boolean shownAsStored() {
            return false;
        }

        @Override
        public List<ObjectNode> show(List<ObjectNode> stored) {
            stored.forEach(object -> object.put("apiVersion", shownVersion));
            return stored;
        }

        @Override
        public ObjectNode store(ObjectNode object) {
            return object.deepCopy().put("apiVersion", storedVersion);
        }
    }
}
