/// Shared functions on claims, volumes and storage classes, for the binder, the scheduler and the kubelet.
///
/// Promises: pure functions of API objects; all callers match claims and volumes by the same rules.
///
/// Follows upstream's `component-helpers/storage/volume`. Read [VolumeMatch] first.
@NullMarked
package io.moka.machinery.storage;

import org.jspecify.annotations.NullMarked;
