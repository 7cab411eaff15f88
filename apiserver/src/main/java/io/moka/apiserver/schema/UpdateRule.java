package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// What may not change from one state of an object to the next.
@FunctionalInterface
interface UpdateRule {

    UpdateRule NONE = (updated, old, causes) -> { };

    void check(ObjectNode updated, ObjectNode old, Causes causes);
}
