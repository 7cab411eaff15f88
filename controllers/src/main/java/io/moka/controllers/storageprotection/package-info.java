/// Keeps claims while pods use them, and volumes while claims are bound to them: the server adds finalizers, and this package removes them.
///
/// Promises: a claim that a running pod uses stays until the pod has ended, even after its deletion; an unused claim or volume is released at once; before a
/// finalizer is removed, the use is checked on the server, and not in the cache alone.
///
/// Follows upstream's `pvcprotection` and `pvprotection`. Read [ClaimProtection].
@NullMarked
package io.moka.controllers.storageprotection;

import org.jspecify.annotations.NullMarked;
