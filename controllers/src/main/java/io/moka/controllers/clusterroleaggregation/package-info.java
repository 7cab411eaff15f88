/// Writes into each aggregated cluster role the rules of the roles that its `aggregationRule` selects, so that a user who reads the role `view`, for example,
/// sees its permissions.
///
/// Promises:
/// - each rule is written once, in the order of the selectors and then of the roles' names: the same roles give the same text;
/// - a role that has the right rules already is not written;
/// - only the rules are written, by server-side apply; all other fields stay with their owners.
///
/// Moka's authorizer aggregates the roles by itself, at once; so an aggregated role has its permissions before this controller writes it. Follows upstream's
/// `ClusterRoleAggregationController`. Read [AggregationReconciler].
@NullMarked
package io.moka.controllers.clusterroleaggregation;

import org.jspecify.annotations.NullMarked;
