package io.moka.controllers.podautoscaler;

import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;

/// The scale of an autoscaler's target, as it was read from the server.
///
/// @param scale the object that was read; it has the uid of the target
/// @param replicas the wanted number
/// @param statusReplicas the present number
/// @param selector the selector of its pods, as text; empty if it has none
record ScaleTarget(Scale scale, String namespace, String kind, String name, int replicas, int statusReplicas, String selector) {
}
