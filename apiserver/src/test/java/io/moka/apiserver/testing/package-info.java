/// What the tests of the apiserver share: a real etcd, the real server, a client.
///
/// - One etcd serves all tests of a JVM; each server has a key prefix of its own.
/// - Everything listens on loopback, on free ports, and ends with the JVM at the latest.
///
/// Read `TestServer` first.
@NullMarked
package io.moka.apiserver.testing;

import org.jspecify.annotations.NullMarked;
