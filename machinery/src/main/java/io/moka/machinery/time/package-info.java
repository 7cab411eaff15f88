/// Time and waiting in a process: its parts read the time and wait through a [TimeSource][io.moka.machinery.time.TimeSource] that they are given, or through a
/// [Sleeper][io.moka.machinery.time.Sleeper] if they only wait. A [Heartbeat][io.moka.machinery.time.Heartbeat] tells whether a loop goes on, for checks of readiness.
///
/// Promises:
/// - every wait for a period or a back-off uses this package, so that a test can let hours pass in an instant and in a defined order;
/// - a sleep ends when its thread is interrupted.
///
/// Time-outs of sockets and of calls to the engine use real time and are not part of this package.
@NullMarked
package io.moka.machinery.time;

import org.jspecify.annotations.NullMarked;
