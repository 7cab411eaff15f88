package io.moka.apiserver.matching;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.AdmissionRequest;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a mutating plugin remembers from the first round of admission to the second: whom it has asked, and who of them is to be asked again.
///
/// Those who wish so are asked again when somebody after them has changed the object, be it another of this plugin's or another plugin. Nobody
/// is asked in the second round who was not in the first.
///
/// @param <K> what tells those who are asked apart
public final class Rounds<K> {
    private final Set<K> reinvocable = new HashSet<>();
    private final Set<K> due = new HashSet<>();
    private @Nullable ObjectNode lastOutput;

    private Rounds() {}

    public static <K> Rounds<K> of(AdmissionRequest request, String plugin) {
        return request.reinvocation().memory(plugin, Rounds<K>::new);
    }

    public void begin(AdmissionRequest request) {
        if (request.reinvocation().running() && lastOutput != null && !lastOutput.equals(request.object())) {
            requireAll();
        }
    }

    public boolean isDue(AdmissionRequest request, K key) {
        return !request.reinvocation().running() || due.contains(key);
    }

    /// @param again whether it wants to be asked again if need be
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

    /// All that have been asked so far and wish so.
    private void requireAll() {
        due.addAll(reinvocable);
        reinvocable.clear();
    }
}
