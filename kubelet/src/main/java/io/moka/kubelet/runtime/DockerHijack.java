package io.moka.kubelet.runtime;

import io.moka.machinery.thread.TaskThread;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection to Docker that is taken over for a process's streams ("hijacked", in Docker's words).
///
/// docker-java can't close a process's input separately, but a process that reads its input to the end waits for that; so the connection is handled here.
final class DockerHijack implements Closeable {

    private static final Logger log = LoggerFactory.getLogger(DockerHijack.class);
    private static final int LONGEST_HEAD_BYTES = 16_384;
    private static final int BUFFER_BYTES = 32_768;
    private static final byte STDERR = 2;

    private final SocketChannel channel;
    private final DataInputStream in;
    private final OutputStream out;

    private DockerHijack(SocketChannel channel) {
        this.channel = channel;
        this.in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel), BUFFER_BYTES));
        this.out = Channels.newOutputStream(channel);
    }

    /// Posts the request and takes the connection over.
    static DockerHijack open(URI host, String path, String body) {
        try {
            var hijack = new DockerHijack(SocketChannel.open(address(host)));
            try {
                hijack.request(path, body);
                return hijack;
            } catch (IOException | RuntimeException e) {
                hijack.close();
                throw e;
            }
        } catch (IOException e) {
            throw new RuntimeFailure("the Docker engine does not answer: " + e.getMessage(), e);
        }
    }

    private static SocketAddress address(URI host) {
        return "unix".equals(host.getScheme()) ? UnixDomainSocketAddress.of(host.getPath()) : new InetSocketAddress(host.getHost(), host.getPort());
    }

    private void request(String path, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        out.write(("POST " + path + " HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + bytes.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0 && head.length() < LONGEST_HEAD_BYTES) {
            head.append((char) in.readUnsignedByte());
        }
        if (!head.toString().startsWith("HTTP/1.1 101") && !head.toString().startsWith("HTTP/1.1 200")) {
            throw new RuntimeFailure(refusal(head.toString()));
        }
    }

    private String refusal(String head) throws IOException {
        var length = head.toLowerCase(Locale.ROOT).indexOf("content-length: ");
        if (length < 0) {
            return head.lines().findFirst().orElse("no answer");
        }
        int bytes = Integer.parseInt(head.substring(length + 16).lines().findFirst().orElse("0").strip());
        return DockerErrors.message(new IOException(new String(in.readNBytes(bytes), StandardCharsets.UTF_8)));
    }

    /// Feeds the input, if there is one, from a thread of its own, and hands on the output until it ends.
    ///
    /// @param endsInput whether the end of the input is reported to Docker, which then ends the output too if the container's input is one that stays open
    /// @param raw whether the output is one stream without frames, as a terminal's is
    void join(@Nullable InputStream stdin, boolean endsInput, boolean raw, OutputSink sink) {
        var feeder = stdin == null ? null : TaskThread.start("stdin", () -> feed(stdin, endsInput));
        try {
            if (raw) {
                raw(sink);
            } else {
                frames(sink);
            }
        } catch (EOFException e) {
            log.debug("the stream ended within a frame");
        } catch (IOException e) {
            log.debug("the stream broke: {}", e.getMessage());
        } finally {
            if (feeder != null) {
                feeder.interrupt();
            }
        }
    }

    private void feed(InputStream stdin, boolean endsInput) {
        var buffer = new byte[BUFFER_BYTES];
        try {
            for (int count = stdin.read(buffer); count >= 0; count = stdin.read(buffer)) {
                out.write(buffer, 0, count);
            }
            if (endsInput) {
                channel.shutdownOutput();
            }
        } catch (IOException e) {
            log.debug("the input ended: {}", e.getMessage());
        }
    }

    private void raw(OutputSink sink) throws IOException {
        var buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            sink.write(OutputSink.Stream.STDOUT, Arrays.copyOf(buffer, count));
        }
    }

    /// Each frame: a byte for the stream, three of nothing, four for the length, the content.
    private void frames(OutputSink sink) throws IOException {
        for (int stream = in.read(); stream >= 0; stream = in.read()) {
            in.skipNBytes(3);
            int length = in.readInt();
            sink.write(stream == STDERR ? OutputSink.Stream.STDERR : OutputSink.Stream.STDOUT, in.readNBytes(length));
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("closing a stream", e);
        }
    }
}
