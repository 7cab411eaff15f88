/// The common parts of all controllers: the informers of the process, and the dependencies that each controller gets at its start.
///
/// Invariant: there is one informer for each kind, whichever controllers read it; a controller adds the indices that it reads.
///
/// Read [ControllerContext].
@NullMarked
package io.moka.controllers.common;

import org.jspecify.annotations.NullMarked;
