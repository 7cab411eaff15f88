package io.moka.proxy.relay;

import io.moka.proxy.model.Endpoint;
import java.net.InetAddress;
import java.util.List;

/// Chooses endpoints for clients. Called by many threads.
public interface Choice {

    /// The endpoints to try for a new connection of this client, one after the other. Empty where there is none.
    List<Endpoint> order(InetAddress client);

    /// The endpoint that answered the client.
    void answered(InetAddress client, Endpoint endpoint);

    /// Whether a client that has this endpoint may keep it.
    boolean admits(Endpoint endpoint);
}
