/// Threads whose failures are seen. A loop that the process cannot do without is a [NeededThread][io.moka.machinery.thread.NeededThread]: its failure ends the process,
/// which its supervisor starts again. One piece of work, such as a connection, is a [TaskThread][io.moka.machinery.thread.TaskThread]: its failure is logged and ends
/// nothing else.
///
/// Promise: no exception ends a thread of these unseen. `SourceRulesTest` finds threads that are started otherwise.
@NullMarked
package io.moka.machinery.thread;

import org.jspecify.annotations.NullMarked;
