/// Pod Security admission: enforces the three levels of the Pod Security Standards, which labels of a namespace choose.
///
/// - `enforce` refuses pods; `audit` and `warn` check workloads too, and refuse nothing.
/// - A level can be pinned to a minor version: the rules are then those of that version.
/// - A pod that is older than a label stays, and updates that are irrelevant for security are allowed.
/// - Invalid labels are refused; if a namespace has them all the same, `enforce` applies the strictest level.
/// - A pod in a namespace without labels costs one look-up in the cache of namespaces.
///
/// When upstream warns about existing pods, it checks pods of different controllers first.
///
/// Read `PodSecurity` first, then `Standards`, which lists the rules.
@NullMarked
package io.moka.apiserver.admission.podsecurity;

import org.jspecify.annotations.NullMarked;
