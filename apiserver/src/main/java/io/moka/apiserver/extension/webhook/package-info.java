/// Calls from the server to services that extend it: resolving a service to an address, and posting reviews to webhooks.
///
/// - A service is called at one of its ready endpoints, under its own name (`name.namespace.svc`), which its certificate must be valid for.
/// - Every call uses TLS and has a time limit.
/// - The answer's size is bounded.
///
/// Upstream calls the cluster IP; with endpoints, the server's host needs no working service proxy.
///
/// Read `WebhookClient` first.
@NullMarked
package io.moka.apiserver.extension.webhook;

import org.jspecify.annotations.NullMarked;
