/// Writes into each aggregated cluster role the rules of the roles that its `aggregationRule` selects, so that who reads `view`
/// sees what it gives.
///
/// Promises:
/// - each rule once, in the order of the selectors and then of the roles' names: the same parts give the same text;
/// - a role that is as it should be is not written;
/// - only the rules are written, by server-side apply; all else in the role stays its owners'.
///
/// Our authorizer adds up the parts by itself, at once; so a role is good before it has been written here. Follows upstream's
/// `ClusterRoleAggregationController`. Read [AggregationReconciler].
@NullMarked
package io.moka.controllers.clusterroleaggregation;

import org.jspecify.annotations.NullMarked;
