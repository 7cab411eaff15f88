/// Who did what when: the audit log.
///
/// - A policy decides for each request, by its first rule that fits, how much is written: nothing, metadata, the request, the answer too.
/// - Events are lines of JSON in the form `audit.k8s.io/v1`, in the file before their requests go on; or (`--audit-log-mode=batch`) soon, when 10,000
///   may wait. Who would add one more waits up to a second; then the event is lost, counted and complained of.
/// - Without a policy, or without a place to write to, requests pay nothing for it.
///
/// - Events also, or instead, go to a server (`--audit-webhook-config-file`): by a thread of its own in batches, of which one is under way at
///   a time and is tried five times with growing pauses; or before the request goes on, which can be refused if the server does not take them.
///
/// Upstream has as many batches to a webhook under way as come, and flags for the sizes of the file's batches.
///
/// Read `AuditPolicy` first, then `AuditTrail`.
@NullMarked
package io.moka.apiserver.audit;

import org.jspecify.annotations.NullMarked;
