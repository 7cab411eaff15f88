package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// What declarations cannot say about the values of one type.
@FunctionalInterface
interface Rule {

    Rule NONE = (value, path, causes) -> { };

    void check(ObjectNode value, Path path, Causes causes);

    default Rule and(Rule next) {
        return (value, path, causes) -> {
            check(value, path, causes);
            next.check(value, path, causes);
        };
    }
}
