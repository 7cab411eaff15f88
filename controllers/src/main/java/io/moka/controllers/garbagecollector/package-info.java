/// Deletes what belongs to objects that are gone.
///
/// It watches the metadata of every kind that can be deleted and keeps a [Graph] of who owns whom, by uid.
///
/// Promises:
/// - *background*: an object none of whose owners exists is deleted, after asking the server, not the cache, whether they do and who they are;
/// - *foreground*: an owner that is being deleted stays until the dependents that block it are gone;
/// - *orphan*: dependents lose their reference to the owner before it goes.
///
/// Follows upstream's `pkg/controller/garbagecollector`. Read [Graph], then [GarbageReconciler].
@NullMarked
package io.moka.controllers.garbagecollector;

import org.jspecify.annotations.NullMarked;
