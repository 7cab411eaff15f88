/// Client of the Kubernetes API: typed verbs over HTTPS, watches as blocking iterators, kubeconfig files, TLS identities.
///
/// Promises:
/// - every call blocks its (virtual) thread and either returns the answer or throws [ApiException] with the server's Status;
///   a call that never reached the server throws a [java.io.UncheckedIOException];
/// - a call that hangs is ended by a time-out; a watch ends when the server ends it, when it breaks or when it is closed;
/// - one [ApiClient] holds one HTTP/2 connection for all requests and watches of its process;
/// - fields that the model does not know survive a read and a write.
///
/// Upstream's client-go generates a typed client for each group; here one generic [Resources] serves every kind, and a [ResourceType] names the kind's path in
/// the API. There is no client-side rate limit: the server protects itself. Read [Resources] first.
@NullMarked
package io.moka.machinery.client;

import org.jspecify.annotations.NullMarked;
