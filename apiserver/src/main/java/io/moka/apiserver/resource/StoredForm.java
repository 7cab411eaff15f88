package io.moka.apiserver.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Between the form in which objects are stored and the one in which a version of their type shows them. Safe for all threads.
public interface StoredForm {

    /// Nothing differs.
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

    /// Whether stored bytes are what clients see, so that nothing has to be read.
    boolean shownAsStored();

    /// Turns stored objects into what clients of the version see; may ask a webhook, once for all of them.
    List<ObjectNode> show(List<ObjectNode> stored);

    /// Turns an object of the version into the form that is stored.
    ObjectNode store(ObjectNode object);
}
