package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// Validates values of one type by a rule that the schema cannot declare.
@FunctionalInterface
interface Rule {

    Rule NONE = (value, path, causes) -> { };

    void check(ObjectNode value, Path path, Causes causes);
}
