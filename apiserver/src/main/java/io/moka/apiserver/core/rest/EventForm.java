package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.storage.CachedObject;

/// Encodes the objects of a watch's events in the form that the client asked for.
interface EventForm {

    byte[] object(CachedObject object);

    /// @param json an object of the watched type with nothing but a resourceVersion and, after the initial events, an annotation
    byte[] bookmark(byte[] json);

    /// @param status the reason why the watch ends
    byte[] failure(ObjectNode status);
}
