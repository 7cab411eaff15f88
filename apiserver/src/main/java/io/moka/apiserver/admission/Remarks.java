package io.moka.apiserver.admission;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// What plugins have to say beside yes and no, on the request that the calling thread serves.
///
/// @param warnings    shown to the client's user
/// @param annotations key and value, kept in the audit log
public record Remarks(Consumer<String> warnings, BiConsumer<String, String> annotations) {
    private static final ScopedValue<Remarks> CURRENT = ScopedValue.newInstance();

    /// Serves a request, whose plugins make their remarks here.
    public void during(Runnable request) {
        ScopedValue.where(CURRENT, this).run(request);
    }

    /// Warns the client's user; without effect outside of a request.
    public static void warn(String text) {
        if (CURRENT.isBound()) {
            CURRENT.get().warnings.accept(text);
        }
    }

    /// Notes something for the audit log; without effect outside of a request.
    public static void annotate(String key, String value) {
        if (CURRENT.isBound()) {
            CURRENT.get().annotations.accept(key, value);
        }
    }
}
