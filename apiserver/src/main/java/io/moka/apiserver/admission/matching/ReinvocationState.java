package io.moka.apiserver.admission.matching;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionRequest;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The state that a mutating plugin keeps from the first round of admission to the second: the
/// extensions that it has called, and those that are due for another call.
///
/// An extension that asks for reinvocation is called again when the object was changed after its call, by another extension of this plugin or by another
/// plugin. An extension that was not called in the first round is not called in the second.
///
/// @param <K> the key that identifies an extension
public final class ReinvocationState<K> {
    private final Set<K> reinvocable = new HashSet<>();
    private final Set<K> due = new HashSet<>();
    private @Nullable ObjectNode lastOutput;

    private ReinvocationState() {}

    public static <K> ReinvocationState<K> of(AdmissionRequest request, String plugin) {
        return request.reinvocation().memory(plugin, ReinvocationState<K>::new);
    }

    public void begin(AdmissionRequest request) {
        if (request.reinvocation().running() && lastOutput != null && !lastOutput.equals(request.object())) {
            requireAll();
        }
    }

    public boolean isDue(AdmissionRequest request, K key) {
        return !request.reinvocation().running() || due.contains(key);
    }

    /// @param again whether the extension is to be called again after later changes
    public void asked(AdmissionRequest request, K key, boolean changed, boolean again) {
        if (changed) {
            requireAll();
            request.reinvocation().request();
        }
        if (again) {
            reinvocable.add(key);
        }
    }

    public void end(AdmissionRequest request) {
        ObjectNode object = request.object();
        lastOutput = object == null || request.reinvocation().running() ? null : object.deepCopy();
    }

    /// Marks all extensions that were called so far, and ask for reinvocation, as due for another call.
    private void requireAll() {
        due.addAll(reinvocable);
        reinvocable.clear();
    }
}
