/// What controllers have in common: shared informers, what they are given at start, and the record of what they expect to see.
///
/// Promises:
/// - one informer for each kind, whoever asks for it;
/// - an [Expectations] entry that is never met is given up after five minutes.
///
/// Read [ControllerContext].
@NullMarked
package io.moka.controllers.common;

import org.jspecify.annotations.NullMarked;
