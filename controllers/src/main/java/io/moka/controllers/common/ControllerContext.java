package io.moka.controllers.common;

import io.moka.machinery.client.ApiClient;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.time.TimeSource;
import java.util.function.Function;

/// The dependencies that every controller gets.
///
/// @param events returns a recorder of events in a controller's name
/// @param clock the only source of instants and timers; in a test, time stands still until the test moves it
public record ControllerContext(ApiClient client, Informers informers, Function<String, EventRecorder> events, TimeSource clock) {
}
