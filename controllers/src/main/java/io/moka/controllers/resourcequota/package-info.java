/// Keeps `status.hard` and `status.used` of ResourceQuotas up to date with the objects in their namespaces.
///
/// Promises: a quota is counted when it is new or changed, when something that it limits is deleted or has ended, and every five minutes; all kinds that can be
/// listed are counted, custom ones included; an amount that the server has charged is never overwritten by an older count, and the controller waits for objects
/// that the server is charging at the same time.
///
/// Follows upstream's `pkg/controller/resourcequota`, which keeps informers of its own for all kinds, and does not wait. Read
/// [ResourceQuotaReconciler]; how much an object takes is in machinery's `quota`.
@NullMarked
package io.moka.controllers.resourcequota;

import org.jspecify.annotations.NullMarked;
