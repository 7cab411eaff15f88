package io.moka.apiserver.core.request;

import io.moka.apiserver.core.access.UserInfo;

/// Records one request for the audit log. Used by the request's thread.
public interface AuditTrail {
    /// Adds an annotation to the request's events; the first value of a key stays.
    void annotate(String key, String value);

    /// Records the user that the caller acts as.
    void impersonated(UserInfo user);

    /// Sets the request's body, which is read after the trail has begun.
    ///
    /// @param json the body; empty when there is none
    void requested(byte[] json);

    /// @return whether the request may go on; false if its event must be recorded but a sink failed
    boolean received();

    /// Records that the head of the answer has been sent; there is an event only for long-running requests.
    void responseStarted(int code);

    /// Records that the caller could not be authenticated, as the request's only event.
    void refused(int code);

    /// Whether the trail needs the answer's body ([#answered(byte\[\])]); for failures it always does.
    boolean wantsAnswer(int code);

    /// Sets the answer's body.
    void answered(byte[] json);

    /// Records the end of the request.
    void complete(int code);

    /// Records that an unexpected exception ended the request.
    void panicked(String message);
}
