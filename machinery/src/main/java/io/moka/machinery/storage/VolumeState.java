package io.moka.machinery.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.moka.machinery.client.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer of a volume's node to a [VolumeOrder], in the annotation [LocalPath#STATE].
///
/// @param answered the order's id
/// @param problem why it was not carried out; empty where it was
/// @param path where the volume is on the node
/// @param usedBytes disk usage of the volume's content
public record VolumeState(String answered, String problem, String path, long usedBytes, List<Snapshot> snapshots) {

    /// A snapshot of the volume.
    ///
    /// @param bytes the size of the volume when it was taken
    public record Snapshot(String name, Instant taken, long bytes) {
    }

    /// Returns null if the text is no state.
    public static @Nullable VolumeState parse(String text) {
        try {
            return text.isEmpty() ? null : Json.mapper().readValue(text, VolumeState.class);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    public String text() {
        return new String(Json.bytes(this), StandardCharsets.UTF_8);
    }
}
