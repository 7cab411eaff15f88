package io.moka.machinery.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.moka.machinery.client.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Work on the content of a local-path volume, which an administrator orders by the annotation [LocalPath#ORDER] and the volume's node does once.
///
/// @param id unique; the answer names it
/// @param snapshot the snapshot to take, delete or restore; null for other actions
/// @param root the folder of the node to move to; null for other actions
/// @param until an order that has not begun by then is refused, so that an order is never carried out long after it was given
public record VolumeOrder(String id, Action action, @Nullable String snapshot, @Nullable String root, Instant until) {

    /// The work that is ordered. `INSPECT` only asks for the [VolumeState].
    public enum Action { INSPECT, SNAPSHOT, DELETE_SNAPSHOT, RESTORE, MOVE }

    /// Returns null if the text is no order.
    public static @Nullable VolumeOrder parse(String text) {
        try {
            var order = text.isEmpty() ? null : Json.mapper().readValue(text, VolumeOrder.class);
            return order == null || order.id == null || order.action == null || order.until == null ? null : order;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    public String text() {
        return new String(Json.bytes(this), StandardCharsets.UTF_8);
    }
}
