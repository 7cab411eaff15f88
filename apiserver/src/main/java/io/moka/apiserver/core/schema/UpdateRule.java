package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// Validates a change from one state of an object to the next, such as the immutability of fields.
@FunctionalInterface
interface UpdateRule {

    UpdateRule NONE = (updated, old, causes) -> { };

    void check(ObjectNode updated, ObjectNode old, Causes causes);
}
