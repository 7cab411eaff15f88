package io.moka.kubelet.pod;

import org.jspecify.annotations.Nullable;

/// The kubelet's own facts about a container instance, which the engine does not have.
///
/// @param started whether its postStart hook has run and its startup probe has succeeded
/// @param condemned the reason why the container has to be killed and restarted, or null
/// @param graceSeconds the grace period of that kill, or null for the pod's
/// @param lastWords its termination message
public record InstanceFacts(boolean started, boolean ready, @Nullable String condemned, @Nullable Long graceSeconds, String lastWords) {

    static final InstanceFacts NONE = new InstanceFacts(false, false, null, null, "");
}
