package io.moka.controllers.common;

import io.moka.machinery.client.ApiClient;
import io.moka.machinery.events.EventRecorder;
import java.time.InstantSource;
import java.util.function.Function;

/// What every controller is made of.
///
/// @param events gives a recorder that speaks in a controller's name
public record ControllerContext(ApiClient client, Informers informers, Function<String, EventRecorder> events, InstantSource clock) {
}
