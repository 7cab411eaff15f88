/// A running cluster, used through Kubernetes' official Java client.
///
/// - One cluster, `conformance-client-java`, serves all tests; each class works in a namespace of its own.
/// - Whatever the client cannot do is a fault of ours, and is mended where it belongs.
///
/// Read [ClusterTest] first.
@NullMarked
package io.moka.conformance.clientjava;

import org.jspecify.annotations.NullMarked;
