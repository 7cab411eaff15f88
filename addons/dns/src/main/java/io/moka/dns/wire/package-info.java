/// DNS messages as bytes. Reading and writing them is left to dnsjava; this package adds an answer that is stored as bytes and sent many times, each
/// time with another id, the client's spelling of the name, and the remaining time to live.
///
/// Read [StoredAnswer] first.
@NullMarked
package io.moka.dns.wire;

import org.jspecify.annotations.NullMarked;
