package io.moka.kubelet.probe;

import io.fabric8.kubernetes.api.model.GRPCAction;
import io.moka.machinery.pki.TrustingTls;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// Calls `grpc.health.v1.Health/Check` once: one stream of an HTTP/2 connection, whose few frames are written by hand.
///
/// The messages are upstream's.
final class GrpcCheck {

    private static final String PATH = "/grpc.health.v1.Health/Check";
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int CONTINUATION = 9;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    private static final int PRIORITY = 32;
    private static final int STREAM = 1;
    private static final int LONGEST_FRAME = 16_384;
    private static final int MOST_BYTES = 1 << 16;
    private static final int MOST_FRAMES = 1_000;
    private static final int SERVING = 1;
    private static final String OK = "0";
    private static final String UNIMPLEMENTED = "12";

    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private final ByteArrayOutputStream block = new ByteArrayOutputStream();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final DataInputStream in;
    private final DataOutputStream out;
    private @Nullable String status;
    private String message = "";
    private String httpStatus = "";

    private GrpcCheck(Socket socket) throws IOException {
        this.in = new DataInputStream(socket.getInputStream());
        this.out = new DataOutputStream(socket.getOutputStream());
    }

    /// @param address the pod's; a port is always meant by its number
    static ProbeResult ask(String address, GRPCAction action, Duration timeout) {
        var target = address + ":" + action.getPort();
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, action.getPort()), (int) Math.max(1, timeout.toMillis()));
            var stream = "TLS".equals(action.getMode()) ? secured(socket, address, action.getPort()) : socket;
            return new GrpcCheck(stream).check(target, action.getService() == null ? "" : action.getService());
        } catch (SocketTimeoutException e) {
            return new ProbeResult.Failure("timeout: failed to connect service \"" + target + "\" within " + timeout.toSeconds() + "s: context deadline exceeded");
        } catch (IOException e) {
            return new ProbeResult.Failure("error: health rpc probe failed: " + Failures.dial(address, action.getPort(), e));
        }
    }

    /// The certificate is not checked, as with HTTPS probes.
    private static Socket secured(Socket socket, String address, int port) throws IOException {
        var secured = (SSLSocket) TrustingTls.CONTEXT.getSocketFactory().createSocket(socket, address, port, true);
        var parameters = secured.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    static ProbeResult late(Duration timeout) {
        return new ProbeResult.Failure("timeout: health rpc did not complete within " + timeout.toSeconds() + "s");
    }

    private ProbeResult check(String authority, String service) throws IOException {
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(SETTINGS, 0, 0, new byte[0]);
        frame(HEADERS, END_HEADERS, STREAM, request(authority));
        frame(DATA, END_STREAM, STREAM, message(service));
        out.flush();
        for (int frames = 0; frames < MOST_FRAMES; frames++) {
            if (readFrame()) {
                return judged();
            }
        }
        throw new IOException("too many frames");
    }

    private ProbeResult judged() {
        if (UNIMPLEMENTED.equals(status)) {
            return new ProbeResult.Failure("error: this server does not implement the grpc health protocol (grpc.health.v1.Health): " + message);
        }
        if (status != null && !status.equals(OK) || status == null && !httpStatus.equals("200")) {
            return new ProbeResult.Failure("error: health rpc probe failed: rpc error: code = " + status + " desc = " + (status == null ? "HTTP status " + httpStatus : message));
        }
        var serving = servingStatus(body.toByteArray());
        return serving == SERVING ? new ProbeResult.Success() : new ProbeResult.Failure("service unhealthy (responded with \"" + switch (serving) {
            case 0 -> "UNKNOWN";
            case 2 -> "NOT_SERVING";
            case 3 -> "SERVICE_UNKNOWN";
            default -> Integer.toString(serving);
        } + "\")");
    }

    /// The first field of the response, an enumeration; 0 where it is left out.
    private static int servingStatus(byte[] framed) {
        return framed.length >= 7 && framed[5] == 0x08 ? framed[6] & 0x7f : 0;
    }

    private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        out.writeByte(payload.length >>> 16);
        out.writeShort(payload.length & 0xffff);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
    }

    /// Fields that are not to be kept in any table, their text as it is.
    private static byte[] request(String authority) {
        var fields = new ByteArrayOutputStream();
        for (var field : new String[][] {{":method", "POST"}, {":scheme", "http"}, {":path", PATH}, {":authority", authority}, {"te", "trailers"},
                {"content-type", "application/grpc"}, {"user-agent", "kube-probe/1.36"}}) {
            fields.write(0);
            text(fields, field[0]);
            text(fields, field[1]);
        }
        return fields.toByteArray();
    }

    /// Shorter than 127 bytes each, so that a length is one byte.
    private static void text(ByteArrayOutputStream out, String text) {
        out.write(text.length());
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// `HealthCheckRequest{service}` behind gRPC's own head: not compressed, its length.
    private static byte[] message(String service) {
        var name = service.getBytes(StandardCharsets.UTF_8);
        var request = new ByteArrayOutputStream();
        if (name.length > 0) {
            request.write(0x0a);
            for (int rest = name.length; ; rest >>>= 7) {
                request.write(rest < 128 ? rest : rest & 127 | 128);
                if (rest < 128) {
                    break;
                }
            }
            request.writeBytes(name);
        }
        int length = request.size();
        var framed = new ByteArrayOutputStream();
        framed.writeBytes(new byte[] {0, (byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length});
        framed.writeBytes(request.toByteArray());
        return framed.toByteArray();
    }

    /// @return whether the answer is complete
    private boolean readFrame() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt() & Integer.MAX_VALUE;
        if (length > LONGEST_FRAME) {
            throw new IOException("a frame of " + length + " bytes");
        }
        var payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException("EOF");
        }
        switch (type) {
            case SETTINGS, PING -> acknowledge(type, flags, payload);
            case GOAWAY -> throw new IOException("the server goes away");
            case RST_STREAM -> throw new IOException("the server reset the stream");
            case HEADERS, CONTINUATION -> append(block, stripped(type, flags, payload));
            case DATA -> append(body, stripped(type, flags, payload));
            default -> { }
        }
        if ((type == HEADERS || type == CONTINUATION) && (flags & END_HEADERS) != 0) {
            read(block.toByteArray());
            block.reset();
        }
        return stream == STREAM && (type == HEADERS || type == DATA) && (flags & END_STREAM) != 0;
    }

    private void acknowledge(int type, int flags, byte[] payload) throws IOException {
        if ((flags & ACK) == 0) {
            frame(type, ACK, 0, type == PING ? payload : new byte[0]);
            out.flush();
        }
    }

    private static void append(ByteArrayOutputStream target, byte[] bytes) throws IOException {
        if (target.size() + bytes.length > MOST_BYTES) {
            throw new IOException("the answer is too long");
        }
        target.writeBytes(bytes);
    }

    /// Returns the payload without padding and priority.
    private static byte[] stripped(int type, int flags, byte[] payload) throws IOException {
        int start = 0;
        int end = payload.length;
        if (type != CONTINUATION && (flags & PADDED) != 0) {
            end -= payload.length == 0 ? 0 : payload[0] & 255;
            start++;
        }
        if (type == HEADERS && (flags & PRIORITY) != 0) {
            start += 5;
        }
        if (start > end) {
            throw new IOException("a frame with too much padding");
        }
        return Arrays.copyOfRange(payload, start, end);
    }

    private void read(byte[] fields) throws IOException {
        try {
            Http2Headers headers = decoder.decodeHeaders(STREAM, Unpooled.wrappedBuffer(fields));
            httpStatus = headers.status() == null ? httpStatus : headers.status().toString();
            status = headers.get("grpc-status") == null ? status : headers.get("grpc-status").toString();
            message = headers.get("grpc-message") == null ? message : headers.get("grpc-message").toString();
        } catch (Http2Exception e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
