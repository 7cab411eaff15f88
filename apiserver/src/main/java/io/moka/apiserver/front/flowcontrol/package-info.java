/// Protection from overload: API priority and fairness.
///
/// - A request's flow schema determines its priority level; a level has a share of the server's seats, and may borrow seats that others lend.
/// - A request without a seat waits in a queue; queues are fair among flows, so a flow with many requests delays mainly itself.
/// - The length of queues and the time in them are bounded; beyond either bound the answer is 429 with a Retry-After.
/// - A list of many objects takes several seats. A watch takes one only until its initial events are being sent.
/// - Logs, exec and the like take no seats. The level `exempt` never waits.
///
/// Upstream moves lent seats every ten seconds by measured demand; here they are lent on demand, and return as requests end. Without
/// priority and fairness (`--enable-priority-and-fairness=false`) `InFlightLimiter` only counts requests.
///
/// Read `FlowControl` first, then `FlowController` and `PriorityLevel`.
@NullMarked
package io.moka.apiserver.front.flowcontrol;

import org.jspecify.annotations.NullMarked;
