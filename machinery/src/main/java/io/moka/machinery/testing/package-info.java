/// Test support for all modules: a server whose answers a test scripts, so that the test produces interleavings that occur only by chance
/// with a real server; and waiting for a condition. No process uses it.
///
/// Read [ScriptedServer].
@NullMarked
package io.moka.machinery.testing;

import org.jspecify.annotations.NullMarked;
