package io.moka.apiserver.core.admission;

/// Checks or changes an object before it is written, beyond the rules of its kind. Refuses by throwing an ApiException.
public interface AdmissionPlugin {

    /// Changes the new object; called before it is validated, and again when an update is retried.
    default void mutate(AdmissionRequest request) {}

    /// Checks the object that will be written; must not change it.
    default void validate(AdmissionRequest request) {}
}
