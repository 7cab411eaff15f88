/// Attaches pods to the network by calling plugins according to the CNI specification, and by nothing else.
///
/// Promises:
/// - any plugins that a configuration in the folder names can be used, chained as the configuration says, with the capabilities `portMappings` and `ipRanges`;
/// - a plugin's configuration and parameters are written to disk before the plugin gets its input, so that a kubelet that is killed in between can undo the call
///   later;
/// - a pod's network is taken down with the configuration that set it up, even if the folder has another one by then.
///
/// Upstream leaves this to the container engine, which uses the same specification. Read [PodNetworks] first.
@NullMarked
package io.moka.kubelet.cni;

import org.jspecify.annotations.NullMarked;
