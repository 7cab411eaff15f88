package io.moka.apiserver.extension.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;

/// The result types of mutation expressions.
public final class MutationTypes {
    /// The type of `Object{...}`: a configuration to apply.
    public static final CelType OBJECT = ObjectFunctions.OBJECT_TYPE;
    /// The type of `[JSONPatch{...}]`: a list of patch operations.
    public static final CelType PATCH = ListType.create(ObjectFunctions.JSON_PATCH_TYPE);

    private MutationTypes() {}
}
