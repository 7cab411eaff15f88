package io.moka.kubelet.pod;

import io.moka.kubelet.pod.PodStatuses.Failure;
import org.jspecify.annotations.Nullable;

/// The life of a pod on this node, as its worker knows it. It only goes forward. The deletion of the pod's object may come in any phase.
sealed interface Phase {

    /// The pod has not been admitted yet.
    record Arriving() implements Phase {
    }

    /// The pod's containers are kept as its specification says.
    record Running() implements Phase {
    }

    /// The kubelet has decided that the pod has failed, and ends its containers.
    record Failing(Failure failure) implements Phase {
    }

    /// No container of the pod will run again, and its last status is reported.
    ///
    /// @param failure null if the containers have ended by themselves
    /// @param inherited whether the pod was over already when this kubelet first saw it
    /// @param released whether its reservations, network and volumes are given back
    record Over(@Nullable Failure failure, boolean inherited, boolean released) implements Phase {

        Over afterRelease() {
            return new Over(failure, inherited, true);
        }
    }

    /// The report was sent after which the pod's object is deleted.
    record Finished(Phase before) implements Phase {
    }

    /// The kubelet's decision that the pod has failed; null if there is none.
    default @Nullable Failure verdict() {
        return switch (this) {
            case Arriving arriving -> null;
            case Running running -> null;
            case Failing(var failure) -> failure;
            case Over over -> over.failure;
            case Finished(var before) -> before.verdict();
        };
    }

    private @Nullable Over over() {
        return this instanceof Over over ? over : this instanceof Finished(Over over) ? over : null;
    }

    default boolean isReleased() {
        var over = over();
        return over != null && over.released;
    }

    default boolean isInherited() {
        var over = over();
        return over != null && over.inherited;
    }
}
