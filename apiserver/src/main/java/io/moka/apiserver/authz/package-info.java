/// Who may do what: the node authorizer, then role-based access control.
///
/// - Every request is asked about, and what no authorizer allows is forbidden.
/// - Decisions are made from the server's own caches; none waits for etcd.
/// - Roles are resolved anew only when a role or a binding has changed.
/// - A node reads only the secrets, config maps, claims and accounts that its own pods refer to.
/// - Nobody gives what they do not have: `Escalation` is asked before a role or a binding is written.
/// - The roles that a cluster starts with are data (`rbac.yaml`); what an administrator adds to them stays.
///
/// Upstream keeps a graph of all pods' references for the node authorizer; here the pods of one namespace are looked
/// through, which is rarely asked for. Aggregated roles are resolved here when they are read, not by a controller alone.
///
/// Read [RbacAuthorizer] first, then `RbacPolicy`.
@NullMarked
package io.moka.apiserver.authz;

import org.jspecify.annotations.NullMarked;
