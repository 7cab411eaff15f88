package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.resource.GroupVersionKind;
import java.util.List;

/// Finds probable mistakes in valid objects, which the client is warned of. Safe for all threads.
public interface WarningRules {
    /// Returns the warnings for an object that is created.
    List<String> ofNew(GroupVersionKind kind, ObjectNode object);

    /// Returns the warnings for an object that is updated.
    ///
    /// @param current the object before the update
    List<String> ofChanged(GroupVersionKind kind, ObjectNode object, ObjectNode current);
}
