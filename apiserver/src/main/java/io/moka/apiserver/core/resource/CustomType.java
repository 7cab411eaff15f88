package io.moka.apiserver.core.resource;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The properties of a custom resource's version that built-in types do not have, from its CustomResourceDefinition.
///
/// @param storedForm         the conversion between this version and the stored one
/// @param terminating        whether the definition is being deleted, so that no new objects may be created
/// @param columns            the columns of its table after the name
/// @param deprecationWarning the warning in every answer; empty when the version is not deprecated
public record CustomType(StoredForm storedForm, List<PrinterColumn> columns, @Nullable ScalePaths scale, String deprecationWarning, boolean terminating) {

    /// @param priority 0 for a column that is always shown
    public record PrinterColumn(String name, String type, String format, String description, int priority, String jsonPath) {}

    /// The JSON paths of the scale subresource's numbers; `labelSelector` is empty when there is none.
    public record ScalePaths(String specReplicas, String statusReplicas, String labelSelector) {}
}
