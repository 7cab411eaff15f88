/// Keeps ControllerRevisions: the pod templates that a StatefulSet or a DaemonSet has had, so that the template of each pod is known and the owner can be
/// rolled back to any of them.
///
/// Watches ControllerRevisions; writes them (creates, adopts, releases, renumbers, deletes).
///
/// Promises:
/// - a template has one revision, whose data is the strategic merge patch that puts the template back (`$patch: replace`), exactly as upstream
///   writes it, so that `kubectl rollout history` and `undo` read it;
/// - the revision of the present template has the highest number: going back to an old template renumbers its revision and makes no second one;
/// - two templates of one hash get different names, and the number of such collisions is kept in the owner's status;
/// - a revision that is the template of an existing pod is never deleted to keep within `revisionHistoryLimit`.
///
/// Different from upstream: both kinds find their revisions by the same rules, so a StatefulSet, too, releases a revision that its selector no longer matches;
/// hashes of DaemonSets are computed from the data, as those of StatefulSets are. The only visible effect is in names.
///
/// Follows upstream's `pkg/controller/history`. Read [RevisionPlan], then [Revisions].
@NullMarked
package io.moka.controllers.history;

import org.jspecify.annotations.NullMarked;
