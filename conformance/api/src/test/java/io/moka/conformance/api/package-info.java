/// Tests of the API as in Kubernetes' conformance suite, against an apiserver and the controllers without any node.
///
/// - Requests go over HTTPS to processes that were started from the distribution; none of their classes is on the class path.
/// - The README of the module says which test of the suite is found where.
/// - Tests share one control plane, run one after the other, and leave no objects behind that would disturb another test.
///
/// Upstream's suite waits for pods to run even where it tests only the API; here those tests use pods that are never bound to a node.
///
/// Read [ApiOperationsTest] first.
@NullMarked
package io.moka.conformance.api;

import org.jspecify.annotations.NullMarked;
