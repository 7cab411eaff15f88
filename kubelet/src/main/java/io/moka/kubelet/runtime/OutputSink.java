package io.moka.kubelet.runtime;

/// Takes output as it comes; a slow sink slows the process down.
public interface OutputSink {

    /// The output streams of a process.
    enum Stream { STDOUT, STDERR }

    void write(Stream stream, byte[] bytes);
}
