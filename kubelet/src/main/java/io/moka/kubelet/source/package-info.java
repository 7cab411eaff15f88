/// Reads the sources of values in a pod: config maps, secrets, tokens, and the pod's own fields.
///
/// Promises:
/// - a missing source is named as upstream names it (`configmap "web" not found`), since users know these messages;
/// - while the apiserver cannot be reached, the objects that were read last are used again, so that containers can restart.
///
/// Upstream watches each config map and secret that its pods use; this kubelet reads them when a pod starts and once a minute.
/// Read [ClusterObjects] first.
@NullMarked
package io.moka.kubelet.source;

import org.jspecify.annotations.NullMarked;
