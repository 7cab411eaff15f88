/// Keeps claims while pods use them, and volumes while claims do: the finalizers that the server gives them are taken away here.
///
/// Promises: a claim that a running pod uses stays until the pod has ended, whoever deletes it; what nobody uses goes at once; before a
/// finalizer is taken away the server is asked, and not the cache alone.
///
/// Follows upstream's `pvcprotection` and `pvprotection`. Read [ClaimProtection].
@NullMarked
package io.moka.controllers.storageprotection;

import org.jspecify.annotations.NullMarked;
