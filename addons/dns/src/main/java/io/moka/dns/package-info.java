/// The process: a DNS server that runs in a pod of the cluster it answers for.
///
/// Promises:
/// - ready only once all names are known; on SIGTERM not ready at once, and answering for five more seconds, until clients have stopped sending queries;
/// - health, readiness, metrics and explanations are on one HTTP port, as CoreDNS' are, without TLS: they reveal nothing that the names do not.
///
/// Read [Dns] first, then the packages `zone`, `search`, `forward`, `server`.
@NullMarked
package io.moka.dns;

import org.jspecify.annotations.NullMarked;
