package io.moka.machinery.informer;

import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Receives the changes of objects. Objects are shared with the cache: copy before changing one.
public interface EventHandler<T> {

    void onAdd(T object);

    void onUpdate(T before, T after);

    /// Receives the last known state; the object may have changed once more, unseen, before it was deleted.
    void onDelete(T last);

    /// Returns a handler that receives each changed object, whatever the change.
    static <T> EventHandler<T> onChange(Consumer<T> action) {
        return onEvent((before, after) -> action.accept(after == null ? Objects.requireNonNull(before) : after));
    }

    /// Receives a change as a pair of states: `before` is null for an addition, `after` for a deletion.
    interface Transition<T> {
        void accept(@Nullable T before, @Nullable T after);
    }

    static <T> EventHandler<T> onEvent(Transition<T> transition) {
        return new EventHandler<>() {
            @Override
            public void onAdd(T object) {
                transition.accept(null, object);
            }

            @Override
            public void onUpdate(T before, T after) {
                transition.accept(before, after);
            }

            @Override
            public void onDelete(T last) {
                transition.accept(last, null);
            }
        };
    }
}
