package io.moka.apiserver.admission.policy;

/// Thrown when a policy or binding cannot be applied as it is written.
final class Misconfigured extends Exception {
    Misconfigured(String message) {
        super(message, null, false, false);
    }
}
