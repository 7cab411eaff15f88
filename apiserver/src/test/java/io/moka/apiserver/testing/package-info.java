/// Shared parts of the apiserver's tests: a real etcd, the real server, a client.
///
/// - One etcd serves all tests of a JVM; each server has a key prefix of its own.
/// - Everything listens on loopback, on free ports, and ends with the JVM at the latest.
/// - Where an interleaving matters, `MemoryStore` stands in for etcd, under the same contract test, and `MemoryCaches` for a server's caches.
///
/// Read `TestServer` first.
@NullMarked
package io.moka.apiserver.testing;

import org.jspecify.annotations.NullMarked;
