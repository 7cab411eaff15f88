/// The contract between the verbs and the rules of individual kinds.
///
/// - A kind without special rules has `PlainStrategy`, whose questions are a yes or no: is there a generation, must an update name its resourceVersion, may a
///   status update change labels.
/// - A strategy changes only the object it is given; values that it allocates for it (addresses, ports) are a `Reservation`, which is released if the write fails.
///
/// The strategies themselves are in chapter `kinds`, in `kinds.strategy` and `kinds.service`. Upstream has a `strategy.go` for each kind.
///
/// Read `Strategy` first.
@NullMarked
package io.moka.apiserver.core.strategy;

import org.jspecify.annotations.NullMarked;
