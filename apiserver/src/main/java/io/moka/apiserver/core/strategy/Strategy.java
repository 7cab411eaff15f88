package io.moka.apiserver.core.strategy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.schema.Cause;
import java.util.List;
import java.util.Set;

/// The rules of a kind for writing its objects to the store. The default methods are those of a kind without rules of its own.
public interface Strategy {

    /// Whether `metadata.generation` counts the changes of the desired state.
    default boolean hasGeneration() {
        return false;
    }

    /// The fields of the metadata that count as desired state too.
    default List<String> countedMetadata() {
        return List.of();
    }

    /// Whether the status in a create request is kept.
    default boolean keepsFirstStatus() {
        return false;
    }

    /// Whether a PUT to a name that does not exist creates the object.
    default boolean createsOnUpdate() {
        return false;
    }

    /// Whether a PUT without a resourceVersion replaces the current object, whatever its version.
    default boolean updatesUnconditionally() {
        return true;
    }

    /// Whether a delete without a propagation policy orphans the dependents.
    default boolean orphansDependents() {
        return false;
    }

    /// Whether the answer to a delete is the deleted object rather than a Status.
    default boolean returnsDeleted() {
        return false;
    }

    /// Lifetime of this kind's keys, in seconds; 0 for ever.
    default long ttlSeconds() {
        return 0;
    }

    /// Sets the fields that clients do not set, before validation.
    default void prepareForCreate(ObjectNode object) {}

    /// Carries over the fields that an update may not change.
    default void prepareForUpdate(ObjectNode updated, ObjectNode current) {}

    /// The same for an update of the status subresource.
    default void prepareForStatusUpdate(ObjectNode updated, ObjectNode current) {}

    /// The same for an update of the approval subresource.
    default void prepareForApproval(ObjectNode updated, ObjectNode current) {}

    /// Returns the problems of a new object that the schema's rules do not find.
    default List<Cause> validateCreate(ObjectNode object) {
        return List.of();
    }

    default List<Cause> validateUpdate(ObjectNode updated, ObjectNode current) {
        return List.of();
    }

    /// The same for an update of the status subresource.
    default List<Cause> validateStatusUpdate(ObjectNode updated, ObjectNode current) {
        return validateUpdate(updated, current);
    }

    /// Reserves values that only one object may have, such as addresses, for the new object. Closing the result releases them, unless the write has
    /// been committed.
    default Reservation reserve(ObjectNode object, ObjectNode current) {
        return Reservation.NONE;
    }

    /// Returns the keys that are deleted from the store together with the object.
    default Set<String> claims(ObjectNode object) {
        return Set.of();
    }

    /// Returns the grace period of a delete, in seconds; 0 deletes at once.
    ///
    /// @param askedSeconds the period that the caller asked for, negative if none
    default long gracePeriodSeconds(ObjectNode current, long askedSeconds) {
        return 0;
    }

    /// Whether an object that has no metadata finalizers left may be removed.
    default boolean mayBeRemoved(ObjectNode current) {
        return true;
    }

    /// Makes the changes that come with the deletion timestamp.
    default void markDeleted(ObjectNode current) {}
}
