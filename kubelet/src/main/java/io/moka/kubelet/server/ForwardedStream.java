package io.moka.kubelet.server;

import java.io.InputStream;

/// One forwarded connection at the client's end. Used by the threads of one [PodConnection]; writes wait until the client takes them.
interface ForwardedStream {

    int port();

    /// Returns the stream of the bytes that the client sends.
    InputStream received();

    void write(byte[] bytes);

    /// Reports to the client that the connection could not be made, or broke.
    void fail(String message);

    /// Reports to the client that no more data will come.
    void end();
}
