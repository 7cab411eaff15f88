/// The common part of all controllers that own pods: finds the pods of an owner, creates and deletes pods, and records the writes that the cache does not show
/// yet.
///
/// A controller declares a [PodOwner] for its kind and then has
/// - [its pods][io.moka.controllers.common.OwnedObjects]: the pods of one owner, by the uid in their controller reference; pods that match the selector and have no controller are adopted,
///   those that stop matching are released;
/// - [PodControl]: creates pods in growing batches (1, 2, 4, ...), so that a template that is refused costs one attempt and not hundreds, and deletes
///   them by uid; each write is [expected][Expectations] until the cache shows it;
/// - [PodOwnerEvents]: reports changes in the cache to the expectations, and queues the owners that they concern.
///
/// Invariant: while an owner's expectations are not met, its pods are not counted, so that none is created or deleted twice. An expectation that is never met
/// is given up after five minutes.
///
/// Follows upstream's `pkg/controller` (`controller_utils.go`, `controller_ref_manager.go`).
@NullMarked
package io.moka.controllers.podowner;

import org.jspecify.annotations.NullMarked;
