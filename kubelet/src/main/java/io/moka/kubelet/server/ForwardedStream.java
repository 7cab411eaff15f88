package io.moka.kubelet.server;

import java.io.InputStream;

/// One forwarded connection at the client's end. Used by the threads of one [PodConnection]; writes wait until the client takes them.
interface ForwardedStream {

    int port();

    /// What the client sends.
    InputStream received();

    void write(byte[] bytes);

    /// The connection could not be made, or broke.
    void fail(String message);

    /// Nothing more will come.
    void end();
}
