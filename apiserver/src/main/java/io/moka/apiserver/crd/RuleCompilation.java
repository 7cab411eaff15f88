package io.moka.apiserver.crd;

import io.moka.apiserver.structural.FieldPath;
import io.moka.apiserver.structural.Problems;
import io.moka.apiserver.structural.StructuralSchema;

final class RuleCompilation {
    static void check(StructuralSchema schema, FieldPath path, boolean update, Problems problems) {}
}
