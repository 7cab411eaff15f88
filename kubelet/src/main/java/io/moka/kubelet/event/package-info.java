/// What the kubelet tells the user about pods, as events.
///
/// Promises:
/// - telling never blocks and never fails who tells;
/// - reasons and messages are upstream's, as users and their tools look for them.
///
/// Upstream's parts each hold a recorder; here they share one narrow seam. Read [PodEvents].
@NullMarked
package io.moka.kubelet.event;

import org.jspecify.annotations.NullMarked;
