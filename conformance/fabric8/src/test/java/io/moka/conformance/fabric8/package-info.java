/// A running cluster, used through the fabric8 client as operators and applications use it: objects, watches and informers, custom
/// resources, workloads, what goes on in pods, and access.
///
/// - One cluster, `conformance-fabric8`, serves all tests; each class works in a namespace of its own.
/// - Whatever the client cannot do is a fault of ours, and is mended where it belongs.
///
/// Read [ClusterTest] first.
@NullMarked
package io.moka.conformance.fabric8;

import org.jspecify.annotations.NullMarked;
