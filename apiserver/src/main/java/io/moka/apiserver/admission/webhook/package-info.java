/// Admission webhooks: services that the server calls for a request and that may change or refuse it.
///
/// - Mutating webhooks are called one after the other in the order of their configurations' names; each sees the changes of those before it.
///   When one changes the object, earlier ones with `reinvocationPolicy: IfNeeded` are called once more; none is called a third time.
/// - Validating webhooks are called all at the same time; of several refusals the first in order is the answer.
/// - When a webhook cannot be called, or its answer is not a review, its `failurePolicy` decides whether the request fails or goes on.
/// - A patched object is processed like one from a client: types are checked, unknown fields removed, defaults set; the kind's rules come after.
///   As with upstream, fields that a webhook sets have no owner in `managedFields`.
/// - No webhook is called for webhook configurations, or for this server's own writes: so a webhook that is down can always be deleted, and does not
///   prevent a server from starting.
///
/// Upstream also calls webhooks for its servers' own writes.
///
/// Read `Webhook` first, then `WebhookCall` and `MutatingWebhooks`.
@NullMarked
package io.moka.apiserver.admission.webhook;

import org.jspecify.annotations.NullMarked;
