package io.moka.machinery.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.ListMeta;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer to a list request: the objects, and the resource version of the list.
public record ObjectList<T>(@JsonProperty("metadata") ListMeta metadata, @JsonProperty("items") @Nullable List<T> items) {

    @Override
    public List<T> items() {
        return items == null ? List.of() : items;
    }

    public String resourceVersion() {
        return metadata.getResourceVersion();
    }

    /// The token of the next page, or null after the last.
    public @Nullable String continueToken() {
        var token = metadata.getContinue();
        return token == null || token.isEmpty() ? null : token;
    }
}
