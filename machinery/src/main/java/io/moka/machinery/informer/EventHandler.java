package io.moka.machinery.informer;

import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Is told what changed. Objects are shared with the cache: copy before changing one.
public interface EventHandler<T> {

    void onAdd(T object);

    void onUpdate(T before, T after);

    /// The last state that is known; the object may have changed once more, unseen, before it went.
    void onDelete(T last);

    /// A handler that cares only that something happened to the object.
    static <T> EventHandler<T> onChange(Consumer<T> action) {
        return onEvent((before, after) -> action.accept(after == null ? Objects.requireNonNull(before) : after));
    }

    /// What happened as a pair: nothing before is an addition, nothing after a deletion.
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
