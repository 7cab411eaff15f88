package io.moka.kubelet.pod;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// When a pod's worker has to look at its pod again.
sealed interface Next {

    /// Whenever something happens.
    record OnEvent() implements Next {
    }

    /// At that time at the latest, or earlier if something happens.
    record At(Instant time) implements Next {
    }

    /// Soon, as not all went well: after a back-off, or earlier if something happens.
    record Retry() implements Next {
    }

    /// Never: the pod is gone, and nothing of it is left.
    record Never() implements Next {
    }

    /// Returns the earliest of the times; null stands for none.
    static Next earliest(@Nullable Instant... times) {
        Instant earliest = null;
        for (var time : times) {
            if (time != null && (earliest == null || time.isBefore(earliest))) {
                earliest = time;
            }
        }
        return earliest == null ? new OnEvent() : new At(earliest);
    }

    /// Looks at that time too, unless it is null.
    default Next orAt(@Nullable Instant time) {
        return switch (this) {
            case OnEvent event -> earliest(time);
            case At(var before) -> earliest(before, time);
            case Retry retry -> retry;
            case Never never -> never;
        };
    }
}
