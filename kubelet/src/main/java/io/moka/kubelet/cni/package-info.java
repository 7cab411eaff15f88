/// The pods' network, given by plugins according to the CNI specification and by nothing else.
///
/// Promises:
/// - any plugins work that a configuration in the folder names, chained as it says, with the capabilities `portMappings` and `ipRanges`;
/// - what was asked of the plugins is on disk before they are asked, so that a kubelet killed in between can take it back;
/// - a pod's network is taken down with the configuration that set it up, whatever the folder says by then.
///
/// Upstream leaves this to the container engine, which uses the same specification. Read [PodNetworks] first.
@NullMarked
package io.moka.kubelet.cni;

import org.jspecify.annotations.NullMarked;
