/// Admission by webhooks: services that are shown a request and may change it, or refuse it.
///
/// - Mutating webhooks are asked one after the other in the order of their configurations' names, and see what those before them have changed.
///   When one has changed something, those before it that wish so are asked once more; nobody is asked a third time.
/// - Validating webhooks are asked all at once; of several refusals the first in order is the answer.
/// - A webhook that cannot be asked, or answers with something else than a review, fails the request or is passed over, as its `failurePolicy` says.
/// - What a patch has made is read like what a client sends: types are checked, unknown fields removed, defaults set; the kind's rules come after.
///   As with upstream, nobody owns the fields that a webhook sets.
/// - The configurations themselves, and what this server writes of its own accord, are shown to no webhook: a webhook that is down can always be
///   deleted, and keeps no server from starting.
///
/// Upstream shows webhooks its own servers' writes as well.
///
/// Read `Webhook` first, then `WebhookCall` and `MutatingWebhooks`.
@NullMarked
package io.moka.apiserver.webhookadmission;

import org.jspecify.annotations.NullMarked;
