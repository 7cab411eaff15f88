/// The Pod Security Standards, three levels of what pods may do, asked for by labels of their namespace.
///
/// - `enforce` refuses pods; `audit` and `warn` look at workloads too, and refuse nothing.
/// - A level can be pinned to a minor version: its rules are then those that the version had.
/// - What was there before a label stays, and may be changed in what has nothing to do with security.
/// - Labels that cannot be understood are refused; if they are there all the same, `enforce` is as strict as can be.
/// - A pod in a namespace without labels costs one look into the cache of namespaces.
///
/// Upstream looks at pods of different controllers first when it warns of existing ones.
///
/// Read `PodSecurity` first, then `Standards`, which lists the rules.
@NullMarked
package io.moka.apiserver.podsecurity;

import org.jspecify.annotations.NullMarked;
