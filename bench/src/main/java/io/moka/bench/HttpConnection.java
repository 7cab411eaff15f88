package io.moka.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A persistent HTTP/1.1 connection: a request is sent in one write, and the thread that waits for the answer reads it.
/// Supports only the parts of HTTP that an apiserver's answers need.
final class HttpConnection implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final Duration RESTED = Duration.ofSeconds(10);

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[32 * 1024];
    private int next;
    private int end;
    private long lastUsed = System.nanoTime();

    /// The status line and headers of an answer, as far as they are needed.
    ///
    /// @param length the body's length in bytes; -1 if it comes in chunks
    record Head(int status, int length) {
    }

    private HttpConnection(Socket socket) throws IOException {
        this.socket = socket;
        in = socket.getInputStream();
        out = socket.getOutputStream();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) TIMEOUT.toMillis());
    }

    static HttpConnection open(URI server, SSLContext tls) throws IOException {
        return new HttpConnection(server.getScheme().equals("https")
                ? tls.getSocketFactory().createSocket(server.getHost(), server.getPort())
                : new Socket(server.getHost(), server.getPort()));
    }

    /// Whether the connection was idle for so long that the server may have closed it.
    boolean rested() {
        return System.nanoTime() - lastUsed > RESTED.toNanos();
    }

    Head send(byte[] request) throws IOException {
        lastUsed = System.nanoTime();
        out.write(request);
        var status = line();
        var length = 0;
        for (var header = line(); !header.isEmpty(); header = line()) {
            var lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(header, 15, header.length(), 10);
            } else if (lower.startsWith("transfer-encoding:")) {
                length = -1;
            }
        }
        return new Head(Integer.parseInt(status, 9, 12, 10), length);
    }

    byte[] body(Head head) throws IOException {
        if (head.length < 0) {
            return stream().readAllBytes();
        }
        var body = new byte[head.length];
        for (int read = 0; read < body.length; ) {
            read += some(body, read, body.length - read);
        }
        return body;
    }

    /// Returns the content of a chunked body, up to its last chunk.
    InputStream stream() {
        return new Chunks();
    }

    void waitForever() throws IOException {
        socket.setSoTimeout(0);
    }

    private String line() throws IOException {
        @Nullable StringBuilder longer = null;
        while (true) {
            for (int i = next; i < end; i++) {
                if (buffer[i] == '\n') {
                    var text = new String(buffer, next, i - next, StandardCharsets.ISO_8859_1);
                    next = i + 1;
                    return (longer == null ? text : longer.append(text).toString()).stripTrailing().replace(": ", ":");
                }
            }
            longer = (longer == null ? new StringBuilder() : longer).append(new String(buffer, next, end - next, StandardCharsets.ISO_8859_1));
            fill();
        }
    }

    private void fill() throws IOException {
        next = 0;
        end = in.read(buffer);
        if (end < 0) {
            end = 0;
            throw new EOFException("the server has closed the connection");
        }
    }

    private int some(byte[] into, int from, int atMost) throws IOException {
        if (next == end && atMost >= buffer.length) {
            int read = in.read(into, from, atMost);
            if (read < 0) {
                throw new EOFException("the answer ends too early");
            }
            return read;
        }
        if (next == end) {
            fill();
        }
        int count = Math.min(atMost, end - next);
        System.arraycopy(buffer, next, into, from, count);
        next += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private final class Chunks extends InputStream {

        private int left;
        private boolean over;

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int atMost) throws IOException {
            if (left == 0 && !over) {
                left = Integer.parseInt(line(), 16);
                over = left == 0;
                if (over) {
                    line();
                }
            }
            if (over) {
                return -1;
            }
            int count = some(into, from, Math.min(atMost, left));
            left -= count;
            if (left == 0) {
                line();
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            HttpConnection.this.close();
        }
    }
}
