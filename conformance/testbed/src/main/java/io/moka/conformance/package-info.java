/// Shared part of the modules that test a cluster through a foreign client library: a cluster, started and stopped as a user does it.
///
/// - No other module of Moka is on the class path; tests know the cluster only through the launcher and the kubeconfig.
/// - Each module has a cluster of its own name and ports, so that the clusters can run beside each other and the user's.
/// - This module uses no class of a client library: the libraries' class paths conflict with each other and with Moka's.
///
/// Read [TestCluster] first.
@NullMarked
package io.moka.conformance;

import org.jspecify.annotations.NullMarked;
