/// Deletes objects whose owners are gone.
///
/// The controller watches every kind that can be deleted, by the informers of the process or by one of metadata alone, and keeps a [Graph] of objects and their owners, by uid.
///
/// Promises:
/// - *background*: an object is deleted if none of its owners exists; the owners and their existence are read from the server before, not from the cache;
/// - *foreground*: an owner that is being deleted stays until the dependents that block it are gone;
/// - *orphan*: dependents lose their reference to the owner before the owner is deleted.
///
/// Follows upstream's `pkg/controller/garbagecollector`. Read [Graph], then [GarbageReconciler].
@NullMarked
package io.moka.controllers.garbagecollector;

import org.jspecify.annotations.NullMarked;
