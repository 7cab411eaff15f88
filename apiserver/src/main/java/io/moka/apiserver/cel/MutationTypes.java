package io.moka.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;

/// What mutations evaluate to.
public final class MutationTypes {
    /// Of `Object{...}`: a configuration to apply.
    public static final CelType OBJECT = ObjectFunctions.OBJECT_TYPE;
    /// Of `[JSONPatch{...}]`.
    public static final CelType PATCH = ListType.create(ObjectFunctions.JSON_PATCH_TYPE);

    private MutationTypes() {}
}
