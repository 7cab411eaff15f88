package io.moka.apiserver.extension.crd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Converts custom resources from one version to another.
interface Conversion {

    /// Converts the objects and returns them in the same order; the arguments are not changed.
    ///
    /// @throws io.moka.apiserver.core.status.ApiException when the conversion fails
    List<ObjectNode> convert(List<ObjectNode> objects, String apiVersion);

    /// The conversion that changes nothing but `apiVersion`.
    Conversion NONE = (objects, apiVersion) -> objects.stream().map(object -> {
        ObjectNode converted = object.objectNode();
        converted.setAll(object);
        return converted.put("apiVersion", apiVersion);
    }).toList();
}
