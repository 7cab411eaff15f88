/// A running cluster, used through Kubernetes' official Java client.
///
/// - One cluster, `conformance-client-java`, serves all tests; each class works in a namespace of its own.
/// - If a test fails on something that the client supports, the fault is Moka's and is fixed in the module concerned.
///
/// Read [ClusterTest] first.
@NullMarked
package io.moka.conformance.clientjava;

import org.jspecify.annotations.NullMarked;
