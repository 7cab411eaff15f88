/// The space of file systems, which the node's status, garbage collection, eviction and measurements read.
///
/// Read [FileSystemSpace] first.
@NullMarked
package io.moka.kubelet.disk;

import org.jspecify.annotations.NullMarked;
