package io.moka.kubelet.probe;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;

/// A running container instance that is probed.
///
/// @param address the pod's IP
public record Subject(Pod pod, Container container, String containerId, String address, Instant startedAt) {

    /// Returns the number of a port, which may be given by its name.
    int port(IntOrString port) {
        if (port.getIntVal() != null) {
            return port.getIntVal();
        }
        var name = port.getStrVal();
        for (var known : container.getPorts()) {
            if (name.equals(known.getName())) {
                return known.getContainerPort();
            }
        }
        try {
            return Integer.parseInt(name);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("couldn't find port: " + name);
        }
    }
}
