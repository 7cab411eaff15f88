package io.moka.apiserver.extension.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import java.util.List;
import java.util.Map;

/// The functions behind the syntax of mutations: `Object{spec: Object.spec{replicas: 3}}`, `JSONPatch{op: 'add', path: '/x', value: 1}` and
/// `jsonpatch.escapeKey`. [ObjectInitializers] turns the first two into calls of the functions here.
final class ObjectFunctions {
    static final String OBJECT = "@object";
    static final String JSON_PATCH = "@jsonPatch";
    static final CelType OBJECT_TYPE = OpaqueType.create("Object");
    static final CelType JSON_PATCH_TYPE = OpaqueType.create("JSONPatch");
    private static final CelType FIELDS = MapType.create(SimpleType.STRING, SimpleType.DYN);

    private ObjectFunctions() {}

    /// A part of an object, with the type name that the expression gives it.
    record Initialized(String typeName, Map<?, ?> fields) {}

    /// One operation of a JSON patch.
    record Operation(Map<?, ?> fields) {}

    static void add(FunctionSet functions) {
        functions.global(OBJECT, "object_initializer", OBJECT_TYPE, List.of(SimpleType.STRING, FIELDS), List.of(String.class, Map.class),
                arguments -> new Initialized((String) arguments[0], (Map<?, ?>) arguments[1]));
        functions.global(JSON_PATCH, "json_patch_initializer", JSON_PATCH_TYPE, List.of(FIELDS), List.of(Map.class), arguments -> new Operation((Map<?, ?>) arguments[0]));
        functions.global("jsonpatch.escapeKey", "string_jsonpatch_escapeKey_string", SimpleType.STRING, List.of(SimpleType.STRING), List.of(String.class),
                arguments -> ((String) arguments[0]).replace("~", "~0").replace("/", "~1"));
    }
}
