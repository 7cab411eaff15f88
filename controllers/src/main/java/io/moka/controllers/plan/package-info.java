/// A reconciliation's decision as data: the list of writes that bring the actual state to an object's desired state, and the time of the next check.
///
/// Promises:
/// - a plan is computed from objects and a time alone, so that a table of cases can test it;
/// - [PlanWriter] carries it out in the order given; a write that fails ends it, and the next reconciliation plans anew.
///
/// A test reads its cases with `PlanTable`.
@NullMarked
package io.moka.controllers.plan;

import org.jspecify.annotations.NullMarked;
