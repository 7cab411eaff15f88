/// Who did what when: the audit log.
///
/// - A policy decides for each request, by its first rule that fits, how much is written: nothing, metadata, the request, the answer too.
/// - Events are lines of JSON in the form `audit.k8s.io/v1`, written by a thread of its own.
/// - 10,000 events may wait. Who would add one more waits up to a second; then the event is lost, counted and complained of.
/// - Without a policy, or without a place to write to, requests pay nothing for it.
///
/// Upstream can also send events to a webhook.
///
/// Read `AuditPolicy` first, then `AuditTrail`.
@NullMarked
package io.moka.apiserver.audit;

import org.jspecify.annotations.NullMarked;
