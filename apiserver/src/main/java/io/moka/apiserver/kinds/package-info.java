/// Chapter 3: everything that holds for one kind, and not for all.
///
/// - `strategy` has the rules for creating, updating and deleting objects of a kind; `service` has those of services, with the allocation of addresses and ports.
/// - `subresource` serves the subresources (`scale`, `eviction`, `token`) and the reviews, which are answered and not stored.
/// - `kubelet` and `proxy` pass connections on to pods, nodes and services.
/// - `table` has the columns that kubectl prints; `warning` warns of probable mistakes; `componentstatus` computes the resource of that name.
///
/// Where does a new rule of a kind go? A check of a field's value goes to `core.schema`, a change at creation or update to a strategy, a rule across kinds to chapter
/// `admission`.
///
/// Read [BuiltinStrategies] first, then `strategy.PodStrategy` and `subresource.Subresources`.
@NullMarked
package io.moka.apiserver.kinds;

import org.jspecify.annotations.NullMarked;
