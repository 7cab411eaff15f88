package io.moka.apiserver.core.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Converts objects between the stored form and one version of their type. Safe for all threads.
public interface StoredForm {

    /// The form of a version that is stored as it is.
    StoredForm SAME = new StoredForm() {
        @Override
        public boolean shownAsStored() {
            return true;
        }

        @Override
        public List<ObjectNode> show(List<ObjectNode> stored) {
            return stored;
        }

        @Override
        public ObjectNode store(ObjectNode object) {
            return object;
        }
    };

    /// Whether the stored bytes are those that clients see, so that they need not be parsed.
    boolean shownAsStored();

    /// Converts stored objects to those that clients of the version see; may call a conversion webhook, once for all of them.
    List<ObjectNode> show(List<ObjectNode> stored);

    /// Converts an object of the version to the stored form.
    ObjectNode store(ObjectNode object);
}
