package io.moka.kubelet.pod;

import org.jspecify.annotations.Nullable;

/// What the kubelet knows of one container instance beyond the engine's word.
///
/// @param started its postStart hook has run and its startup probe has succeeded
/// @param condemned why it is to be ended and started anew, or null
/// @param graceSeconds of the condemnation, where it has its own
/// @param lastWords its termination message
record InstanceFacts(boolean started, boolean ready, @Nullable String condemned, @Nullable Long graceSeconds, String lastWords) {

    static final InstanceFacts NONE = new InstanceFacts(false, false, null, null, "");
}
