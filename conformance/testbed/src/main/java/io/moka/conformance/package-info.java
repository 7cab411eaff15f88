/// What the modules that look at a cluster through a foreign client have in common: a cluster, started and stopped as a user does it.
///
/// - Nothing of Moka is on the class path but this; what a test knows of the cluster it knows by the launcher and the kubeconfig.
/// - Each module has a cluster of its own name and ports, so that they can stand beside each other and the user's.
/// - No client's class is named here: the clients' libraries exclude each other's, and ours.
///
/// Read [TestCluster] first.
@NullMarked
package io.moka.conformance;

import org.jspecify.annotations.NullMarked;
