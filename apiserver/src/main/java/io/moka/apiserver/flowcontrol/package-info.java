/// Protection from overload: priority and fairness.
///
/// - A request's flow schema decides its priority level; a level has a share of the server's seats, and may borrow what others lend.
/// - What finds no seat queues, fairly among flows, so that one noisy client delays itself before it delays others.
/// - Queues are bounded and so is the time in them; past either bound the answer is 429 with a Retry-After.
/// - A list of many objects takes several seats. A watch takes one only until its initial events are under way.
/// - Logs, exec and the like are not counted. The level `exempt` never waits.
///
/// Upstream moves lent seats every ten seconds by measured demand; here they are lent when asked for, and return as requests end. Without
/// priority and fairness (`--enable-priority-and-fairness=false`) `InFlightLimiter` merely counts.
///
/// Read `FlowControl` first, then `FlowController` and `PriorityLevel`.
@NullMarked
package io.moka.apiserver.flowcontrol;

import org.jspecify.annotations.NullMarked;
