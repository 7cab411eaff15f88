/// The cluster's objects for the names: four informers, and the indices by which a question finds its objects.
///
/// Promises:
/// - a change that the apiserver reports is in the next answer; nothing is precomputed;
/// - while the apiserver is away the last known objects stay, and a connection is attempted twice a second;
/// - of pods only the addresses and the resolver's configuration are kept, of namespaces only the metadata.
///
/// CoreDNS compresses its objects in the same way. Read [InformerView].
@NullMarked
package io.moka.dns.cluster;

import org.jspecify.annotations.NullMarked;
