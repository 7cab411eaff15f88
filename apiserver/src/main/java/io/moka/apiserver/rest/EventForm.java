package io.moka.apiserver.rest;

import io.moka.apiserver.storage.CachedObject;

/// What the objects in a watch's events look like to its client.
interface EventForm {

    byte[] object(CachedObject object);

    /// @param json an object of the type that has nothing but a resourceVersion
    byte[] bookmark(byte[] json);
}
