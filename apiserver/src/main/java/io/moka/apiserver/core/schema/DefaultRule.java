package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// A default that depends on other fields; runs after the declared defaults of the same type.
@FunctionalInterface
interface DefaultRule {

    DefaultRule NONE = value -> { };

    void apply(ObjectNode value);
}
