package io.moka.kubectl.describe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/// Objects that belong to the description of another one.
public interface Surroundings {

    /// Items of a list; none when the caller may not see them.
    ///
    /// @param path of the collection, such as `/api/v1/namespaces/default/pods`
    /// @param query parameters, such as a label selector
    List<JsonNode> list(String path, Map<String, String> query);

    /// The events about an object.
    default List<JsonNode> events(JsonNode object) {
        var metadata = object.path("metadata");
        var namespace = metadata.path("namespace").asText("");
        boolean node = object.path("kind").asText().equals("Node");
        var selector = "involvedObject.name=" + metadata.path("name").asText() + ",involvedObject.kind=" + object.path("kind").asText()
                + (node ? "" : ",involvedObject.uid=" + metadata.path("uid").asText());
        return list(namespace.isEmpty() ? "/api/v1/events" : "/api/v1/namespaces/" + namespace + "/events", Map.of("fieldSelector", selector));
    }
}
