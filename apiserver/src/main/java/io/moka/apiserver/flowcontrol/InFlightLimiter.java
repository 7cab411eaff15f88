package io.moka.apiserver.flowcontrol;

import io.moka.apiserver.authz.Attributes;
import java.util.concurrent.Semaphore;

/// Limits how many requests are handled at once, reading and changing ones apart, so that neither can starve the other.
/// At the bound a request is refused at once (429, try again in a second) rather than queued. Those of `system:masters`
/// always get in, so that an overloaded server can still be looked at. What is in place when priority and fairness is off.
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
