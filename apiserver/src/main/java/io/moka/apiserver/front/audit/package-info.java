/// The audit log: records who did what, and when.
///
/// - The first matching rule of a policy decides how much of a request is logged: nothing, metadata, the request, or the answer too.
/// - Events are lines of JSON in the form `audit.k8s.io/v1`. They are in the file before their requests go on, or (`--audit-log-mode=batch`)
///   soon after, from a queue of up to 10,000. A request that finds the queue full waits up to a second; then its event is lost, which is
///   counted and logged.
/// - Without a policy, or without a destination, auditing costs requests nothing.
///
/// - Events can also, or only, be sent to a server (`--audit-webhook-config-file`): by a separate thread in batches, one at a time, each tried
///   five times with growing pauses; or before the request goes on, which can be refused if the server does not accept them.
///
/// Upstream sends any number of batches to a webhook at the same time, and has flags for the sizes of the file's batches.
///
/// Read `AuditPolicy` first, then `EventTrail`.
@NullMarked
package io.moka.apiserver.front.audit;

import org.jspecify.annotations.NullMarked;
