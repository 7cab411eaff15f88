/// Protection from overload.
///
/// - A bounded number of requests is handled at once; watches, logs and upgraded connections are not counted.
/// - At the bound a request is refused with 429 and a Retry-After; nothing queues.
///
/// Upstream adds priority and fairness: queues for each flow, with shares of the server for each priority level.
///
/// There is one file: `InFlightLimiter`.
@NullMarked
package io.moka.apiserver.flowcontrol;

import org.jspecify.annotations.NullMarked;
