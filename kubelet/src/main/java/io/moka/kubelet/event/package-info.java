/// The events by which the kubelet informs users about pods.
///
/// Promises:
/// - recording an event never blocks and never throws;
/// - reasons and messages are upstream's, as users and their tools search for them.
///
/// Upstream's components each hold a recorder; here they share one narrow interface. Read [PodEvents].
@NullMarked
package io.moka.kubelet.event;

import org.jspecify.annotations.NullMarked;
