package io.moka.controllers.replicaset;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.moka.controllers.podowner.PodOwner;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A kind that keeps a number of pods of one template: ReplicaSet, or ReplicationController.
///
/// @param status the counts as the object has them; null before the first
/// @param withStatus returns the given object with these counts
/// @param countsTerminating whether the status tells how many pods are being deleted
public record ReplicaKind<T extends HasMetadata>(PodOwner<T> owner, Function<T, @Nullable Integer> replicas,
        Function<T, @Nullable Integer> minReadySeconds, Function<T, PodTemplateSpec> template, Function<T, @Nullable ReplicaCounts> status,
        BiFunction<T, ReplicaCounts, T> withStatus, boolean countsTerminating) {
}
