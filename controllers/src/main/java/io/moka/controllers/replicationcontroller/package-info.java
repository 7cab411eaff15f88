/// Keeps as many pods running as a ReplicationController says: the ReplicaSet's code with an equality-based selector.
///
/// Watches ReplicationControllers and pods; writes pods and the status. No difference to upstream is known.
@NullMarked
package io.moka.controllers.replicationcontroller;

import org.jspecify.annotations.NullMarked;
