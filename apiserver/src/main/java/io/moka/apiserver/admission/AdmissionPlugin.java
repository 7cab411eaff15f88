package io.moka.apiserver.admission;

/// A check or a change of what is about to be written, beyond what the kind's own rules say. Refuses by throwing an ApiException.
public interface AdmissionPlugin {

    /// Changes the new object; called before it is validated, and again when an update is tried again.
    default void mutate(AdmissionRequest request) {}

    /// Looks at what will be written; must change nothing.
    default void validate(AdmissionRequest request) {}
}
