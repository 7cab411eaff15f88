package io.moka.kubelet.runtime;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Selects a part of a container's log.
///
/// @param tailLines only the last lines; null for all
public record LogRequest(boolean follow, boolean timestamps, @Nullable Integer tailLines, @Nullable Instant since, boolean stdout, boolean stderr) {

    public static LogRequest tail(int lines) {
        return new LogRequest(false, false, lines, null, true, true);
    }
}
