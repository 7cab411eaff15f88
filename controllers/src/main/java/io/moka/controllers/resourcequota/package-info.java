/// Keeps `status.hard` and `status.used` of ResourceQuotas as the objects are.
///
/// Promises: a quota is counted when it is new or changed, when something that it limits is deleted or has ended, and every five
/// minutes; all kinds that can be listed are counted, custom ones included; what the server has charged is never overwritten by an
/// older count, and what it charges at the same time is waited for.
///
/// Follows upstream's `pkg/controller/resourcequota`, which keeps informers of its own for all kinds, and does not wait. Read
/// [ResourceQuotaReconciler]; how much an object takes is in machinery's `quota`.
@NullMarked
package io.moka.controllers.resourcequota;

import org.jspecify.annotations.NullMarked;
