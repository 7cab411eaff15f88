/// A running cluster, used through the fabric8 client as operators and applications use it: objects, watches and informers, custom
/// resources, workloads, connections into pods, and access.
///
/// - One cluster, `conformance-fabric8`, serves all tests; each class works in a namespace of its own.
/// - If a test fails on something that the client supports, the fault is Moka's and is fixed in the module concerned.
///
/// Read [ClusterTest] first.
@NullMarked
package io.moka.conformance.fabric8;

import org.jspecify.annotations.NullMarked;
