/// What `ComponentStatus` tells: whether scheduler, controller manager and etcd are well, asked when somebody wants to know.
///
/// - Nothing runs and nothing is kept while nobody asks; all components are asked at the same time.
/// - A component that does not answer within ten seconds is not well; the answer to the client says why.
/// - Certificates are not checked: the question tells nothing and the answer moves nothing.
///
/// Upstream asks scheduler and controller manager at fixed ports; here two flags name them, since several clusters may share a machine.
/// It shows one entry for each etcd server; here etcd is asked as a whole.
///
/// Read [Components] first.
@NullMarked
package io.moka.apiserver.componentstatus;

import org.jspecify.annotations.NullMarked;
