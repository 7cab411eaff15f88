package io.moka.apiserver.crd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// How objects of one version become objects of another.
interface Conversion {

    /// Converts all of them, in order; the arguments stay as they are.
    ///
    /// @throws io.moka.apiserver.status.ApiException when it cannot be done
    List<ObjectNode> convert(List<ObjectNode> objects, String apiVersion);

    /// Versions that differ in nothing but their name.
    Conversion NONE = (objects, apiVersion) -> objects.stream().map(object -> {
        ObjectNode converted = object.objectNode();
        converted.setAll(object);
        return converted.put("apiVersion", apiVersion);
    }).toList();
}
