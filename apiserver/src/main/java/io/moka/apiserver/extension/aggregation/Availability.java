package io.moka.apiserver.extension.aggregation;

/// The condition Available of an APIService.
///
/// @param reason `Passed`, `Local`, `ServiceNotFound`, `MissingEndpoints`, `FailedDiscoveryCheck`
record Availability(boolean available, String reason, String message) {
    static final Availability LOCAL = new Availability(true, "Local", "Local APIServices are always available");
    static final Availability PASSED = new Availability(true, "Passed", "all checks passed");
}
