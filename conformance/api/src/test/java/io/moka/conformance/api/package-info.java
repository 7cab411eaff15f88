/// What Kubernetes' conformance suite asks of the API, asked of an apiserver and the controllers without any node.
///
/// - Everything goes over HTTPS to processes that were started out of the distribution; nothing of them is on the class path.
/// - The README of the module says which test of the suite is found where.
/// - Tests share one control plane, run one after the other, and leave nothing behind that another could stumble over.
///
/// Upstream's suite waits for pods to run where only the API is meant; here a pod that no node will ever take does as well.
///
/// Read [ApiOperationsTest] first.
@NullMarked
package io.moka.conformance.api;

import org.jspecify.annotations.NullMarked;
