package io.moka.apiserver.resource;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a CustomResourceDefinition says of one version of its resource beyond what every row has.
///
/// @param storedForm         how objects of this version differ from what is stored
/// @param terminating        whether the definition is being deleted, so that nothing new may be made
/// @param columns            of its table; the name comes before them by itself
/// @param deprecationWarning what its users are told with every answer; empty when it is not deprecated
public record CustomType(StoredForm storedForm, List<PrinterColumn> columns, @Nullable ScalePaths scale, String deprecationWarning, boolean terminating) {

    /// @param priority 0 for a column that is always shown
    public record PrinterColumn(String name, String type, String format, String description, int priority, String jsonPath) {}

    /// Where the scale subresource finds its numbers; `labelSelector` is empty when there is none.
    public record ScalePaths(String specReplicas, String statusReplicas, String labelSelector) {}
}
