/// Authorization: decides which caller may do what, by the node authorizer, then by role-based access control.
///
/// - Every request is authorised; a request that no authorizer allows is forbidden.
/// - Decisions are made from the server's own caches; none waits for etcd.
/// - Roles are resolved anew only when a role or a binding has changed.
/// - A node reads only the secrets, config maps, claims and accounts that its own pods refer to.
/// - Users grant only permissions that they have: `Escalation` checks that before a role or a binding is written.
/// - The roles that a cluster starts with are data (`rbac.yaml`); an administrator's additions to them stay.
///
/// Upstream keeps a graph of all pods' references for the node authorizer; here the pods of one namespace are searched,
/// which is rarely needed. Aggregated roles are resolved here when they are read, not by a controller alone.
///
/// Read [RbacAuthorizer] first, then `RbacPolicy`.
@NullMarked
package io.moka.apiserver.front.authz;

import org.jspecify.annotations.NullMarked;
