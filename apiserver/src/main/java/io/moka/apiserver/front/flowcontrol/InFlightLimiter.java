package io.moka.apiserver.front.flowcontrol;

import io.moka.apiserver.core.access.Attributes;
import java.util.concurrent.Semaphore;

/// Limits the number of requests that are handled at once, separately for reads and writes, so that neither can starve the other.
/// At the limit a request is refused at once (429, retry after a second) rather than queued. Requests of `system:masters`
/// are always admitted, so that an overloaded server can still be inspected. Used when priority and fairness is turned off.
public final class InFlightLimiter implements FlowControl {
    private final Semaphore reading;
    private final Semaphore changing;

    public InFlightLimiter(int maxReading, int maxChanging) {
        reading = new Semaphore(maxReading);
        changing = new Semaphore(maxChanging);
    }

    @Override
    public Admission enter(Attributes request, long listLimit, long waitUntilNanos) {
        if (request.verb().equals("watch")) {
            return new Admission.Admitted(() -> { }, "", "");
        }
        Semaphore places = switch (request.verb()) {
            case "get", "list", "head" -> reading;
            default -> changing;
        };
        if (places.tryAcquire()) {
            return new Admission.Admitted(places::release, "", "");
        }
        return request.user().inGroup("system:masters") ? new Admission.Admitted(() -> { }, "", "") : new Admission.Refused("concurrency-limit", "", "");
    }
}
