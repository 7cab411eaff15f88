/// The vocabulary of access control: the user of a request, the attributes that are asked for, and the decision.
///
/// - The methods of authentication and authorization are in chapter `front`; verbs and admission ask through the interface `Authorizer`.
///
/// Upstream's counterparts are `user.Info`, `authorizer.Attributes` and `authorizer.Decision`.
///
/// Read `Attributes` first, then `Authorizer`.
@NullMarked
package io.moka.apiserver.core.access;

import org.jspecify.annotations.NullMarked;
