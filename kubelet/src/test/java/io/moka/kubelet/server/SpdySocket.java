package io.moka.kubelet.server;

import io.moka.kubelet.spdy.SpdyClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.slf4j.LoggerFactory;

/// A TLS connection to a kubelet that was upgraded to SPDY.
final class SpdySocket implements AutoCloseable {

    private final SSLSocket socket;
    final String head;
    final SpdyClient client;

    SpdySocket(SSLContext tls, int port, String method, String path, String protocol) throws IOException {
        socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", port);
        socket.getOutputStream().write((method + " " + path + " HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: " + protocol
                + "\r\nContent-Length: 0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        var read = new StringBuilder();
        while (read.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("no answer but " + read);
            }
            read.append((char) next);
        }
        head = read.toString();
        client = new SpdyClient(this::write);
        Thread.ofVirtual().start(this::read);
    }

    private void write(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        var buffer = new byte[8192];
        try {
            for (int count = socket.getInputStream().read(buffer); count >= 0; count = socket.getInputStream().read(buffer)) {
                client.receive(Arrays.copyOf(buffer, count));
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(SpdySocket.class).debug("closed: {}", e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
