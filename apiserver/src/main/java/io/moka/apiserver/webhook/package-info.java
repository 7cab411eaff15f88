/// Calls from the server to services that extend it: where a service is, and how a webhook is asked.
///
/// - A service is reached at one of its ready endpoints, under its own name (`name.namespace.svc`), which its certificate must bear.
/// - Nothing is asked without TLS, and nothing without a time limit.
/// - The answer's size is bounded.
///
/// Upstream goes to the cluster IP; the endpoints spare the server's host a working service proxy.
///
/// Read `WebhookClient` first.
@NullMarked
package io.moka.apiserver.webhook;

import org.jspecify.annotations.NullMarked;
