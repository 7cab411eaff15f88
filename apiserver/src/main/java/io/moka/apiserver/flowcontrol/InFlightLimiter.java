package io.moka.apiserver.flowcontrol;

import io.moka.apiserver.authn.UserInfo;
import java.util.concurrent.Semaphore;

/// Limits how many requests are handled at once, reading and changing ones apart, so that neither can starve the other.
/// At the bound a request is refused at once (429, try again in a second) rather than queued. Those of `system:masters`
/// always get in, so that an overloaded server can still be looked at.
public final class InFlightLimiter {
    private final Semaphore reading;
    private final Semaphore changing;

    public InFlightLimiter(int maxReading, int maxChanging) {
        reading = new Semaphore(maxReading);
        changing = new Semaphore(maxChanging);
    }

    /// The outcome of asking for a place.
    public sealed interface Admission {

        record Admitted(Runnable release) implements Admission {}

        record Refused() implements Admission {}
    }

    public Admission enter(UserInfo user, boolean readOnly) {
        Semaphore places = readOnly ? reading : changing;
        if (places.tryAcquire()) {
            return new Admission.Admitted(places::release);
        }
        return user.inGroup("system:masters") ? new Admission.Admitted(() -> { }) : new Admission.Refused();
    }
}
