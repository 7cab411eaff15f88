package io.moka.proxy;

import io.fabric8.kubernetes.api.model.Service;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.meta.ObjectKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Events of services about what this node does for them. Troubles are logged, too.
final class ServiceEvents {

    private static final Logger log = LoggerFactory.getLogger(ServiceEvents.class);

    private final ServiceView services;
    private final EventRecorder events;
    private final String nodeName;

    ServiceEvents(ServiceView services, EventRecorder events, String nodeName) {
        this.services = services;
        this.events = events;
        this.nodeName = nodeName;
    }

    /// Records a warning that concerns this node alone.
    void warnHere(ObjectKey key, String reason, String message) {
        record(key, true, reason, "On node " + nodeName + ", " + message);
    }

    /// Records that the kernel refuses the service's rules.
    void rulesRefused(Service service, String reason) {
        events.warning(service, "RulesRefused", "No connection reaches this service on node " + nodeName + ": " + reason);
    }

    /// Records an event of a service, unless the service is gone.
    ///
    /// @param trouble whether it is a warning
    void record(ObjectKey key, boolean trouble, String reason, String message) {
        if (trouble) {
            log.warn("service {}: {}", key, message);
        }
        var service = services.service(key);
        if (service != null) {
            events.record(service, null, trouble ? EventRecorder.Type.Warning : EventRecorder.Type.Normal, reason, message);
        }
    }
}
