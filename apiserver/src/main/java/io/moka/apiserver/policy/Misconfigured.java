package io.moka.apiserver.policy;

/// A policy or binding that cannot be applied as it is written.
final class Misconfigured extends Exception {
    Misconfigured(String message) {
        super(message, null, false, false);
    }
}
