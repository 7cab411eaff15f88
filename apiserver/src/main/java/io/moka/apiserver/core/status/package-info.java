/// The answer to a failed request: Kubernetes' Status object, and the exception that carries it.
///
/// - Code, reason, message and causes are those that Kubernetes gives, since clients branch on them.
/// - Code that throws an `ApiException` has changed nothing.
/// - The package knows nothing of resources, HTTP or storage, so that all of them can use it.
///
/// Upstream keeps this in apimachinery's `api/errors`.
///
/// Read `ApiException` first.
@NullMarked
package io.moka.apiserver.core.status;

import org.jspecify.annotations.NullMarked;
