package io.moka.apiserver.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// What an older version of a built-in resource is to the newer one, off whose storage it is served.
///
/// @param of   the kind whose objects are stored
/// @param form how its own objects differ from those
public record Alias(GroupVersionKind of, StoredForm form) {

    /// Whether its own objects differ in more than the name of their version.
    public boolean reshapes() {
        return !(form instanceof Renamed);
    }

    /// Nothing differs but the name of the version.
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
