package io.moka.controllers.disruption;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The number of pods that the controllers of a budget's pods want, with each controller counted once.
///
/// @param unmanaged names of the pods that have no controller
/// @param failure the reason why the number is unknown; null if it is known
record ExpectedScale(int pods, List<String> unmanaged, @Nullable String failure) {

    static ExpectedScale failed(String reason) {
        return new ExpectedScale(0, List.of(), reason);
    }
}
