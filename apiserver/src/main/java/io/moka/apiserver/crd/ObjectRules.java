package io.moka.apiserver.crd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.structural.Problems;
import io.moka.apiserver.structural.StructuralSchema;
import org.jspecify.annotations.Nullable;

record ObjectRules(StructuralSchema schema) {
    void check(ObjectNode object, @Nullable ObjectNode old, Problems problems) {}
}
