package io.moka.apiserver.core.admission;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Takes the warnings and audit annotations of plugins for the request that the current thread serves.
///
/// @param warnings    takes warnings for the client's user
/// @param annotations takes keys and values for the audit log
public record Remarks(Consumer<String> warnings, BiConsumer<String, String> annotations) {
    private static final ScopedValue<Remarks> CURRENT = ScopedValue.newInstance();

    /// Runs a request whose plugins make their remarks here.
    public void during(Runnable request) {
        ScopedValue.where(CURRENT, this).run(request);
    }

    /// Warns the client's user; without effect outside a request.
    public static void warn(String text) {
        if (CURRENT.isBound()) {
            CURRENT.get().warnings.accept(text);
        }
    }

    /// Adds an annotation to the audit log; without effect outside a request.
    public static void annotate(String key, String value) {
        if (CURRENT.isBound()) {
            CURRENT.get().annotations.accept(key, value);
        }
    }
}
