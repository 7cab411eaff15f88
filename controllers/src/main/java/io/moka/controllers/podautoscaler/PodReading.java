package io.moka.controllers.podautoscaler;

import java.time.Duration;
import java.time.Instant;

/// One pod's value of a metric.
///
/// @param milli thousandths of the metric's unit
/// @param at the end of the window that the value was measured over
record PodReading(long milli, Instant at, Duration window) {
}
