package io.moka.apiserver.strategy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.schema.Cause;
import java.util.List;
import java.util.Set;

/// What is special about a kind on its way into the store. The defaults are those of a kind with no rules of its own.
public interface Strategy {

    /// Whether `metadata.generation` counts the changes of the object's wishes.
    default boolean hasGeneration() {
        return false;
    }

    /// The fields of the metadata that count as wishes too.
    default List<String> countedMetadata() {
        return List.of();
    }

    /// Whether who creates an object says its status too.
    default boolean keepsFirstStatus() {
        return false;
    }

    /// Whether a PUT to a name that does not exist creates the object.
    default boolean createsOnUpdate() {
        return false;
    }

    /// Whether a PUT without a resourceVersion replaces whatever there is.
    default boolean updatesUnconditionally() {
        return true;
    }

    /// Whether the answer to a delete is the deleted object rather than a Status.
    default boolean returnsDeleted() {
        return false;
    }

    /// How long keys of this kind live; 0 for ever.
    default long ttlSeconds() {
        return 0;
    }

    /// Sets what clients do not set, before validation.
    default void prepareForCreate(ObjectNode object) {}

    /// Carries over what an update may not change.
    default void prepareForUpdate(ObjectNode updated, ObjectNode current) {}

    /// The same for an update of the status subresource.
    default void prepareForStatusUpdate(ObjectNode updated, ObjectNode current) {}

    /// The same for an update of the approval subresource.
    default void prepareForApproval(ObjectNode updated, ObjectNode current) {}

    /// What is wrong with a new object that the schema's rules do not see.
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

    /// Reserves what the new object needs that no other may have, such as addresses. What it reserved is given up by closing the result,
    /// unless the write has been committed.
    default Reservation reserve(ObjectNode object, ObjectNode current) {
        return Reservation.NONE;
    }

    /// The keys that go from the store with the object.
    default Set<String> claims(ObjectNode object) {
        return Set.of();
    }

    /// The seconds that a delete waits for the object's own end; 0 deletes at once.
    ///
    /// @param askedSeconds what the caller asked for, negative if nothing
    default long gracePeriodSeconds(ObjectNode current, long askedSeconds) {
        return 0;
    }

    /// Whether an object that has no metadata finalizers left may go.
    default boolean mayBeRemoved(ObjectNode current) {
        return true;
    }

    /// Changes that come with the deletion timestamp.
    default void markDeleted(ObjectNode current) {}
}
