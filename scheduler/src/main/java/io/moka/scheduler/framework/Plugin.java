package io.moka.scheduler.framework;

import io.moka.scheduler.cache.PodInfo;
import java.util.Set;

/// A part of the scheduling decision at one or more extension points, each of which is an interface of this package.
public interface Plugin {

    /// Upstream's name, by which a configuration enables, disables and weighs the plugin.
    String name();

    /// The kinds of events that can turn this plugin's refusal into a success. Upstream's `EventsToRegister`.
    default Set<ClusterEvent> helpedBy() {
        return Set.of();
    }

    /// Whether this change, of a kind in [#helpedBy()], can help the pod that this plugin refused. Upstream's queueing hint.
    /// A wrong `true` costs an attempt; a wrong `false` leaves the pod waiting for up to five minutes.
    default boolean helps(PodInfo waiting, Change change) {
        return true;
    }
}
