package io.moka.apiserver.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Writes and parses HTTP/2 byte by byte (RFC 9113, 7541), for tests that send frames no HTTP client sends.
public final class Http2Frames {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;
    public static final int END_STREAM = 1;
    public static final int END_HEADERS = 4;
    public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /// One frame as it was received.
    public record Frame(int type, int flags, int stream, byte[] payload) {}

    public static Http2Frames hello() {
        return new Http2Frames().text(PREFACE).frame(SETTINGS, 0, 0, new byte[0]);
    }

    public Http2Frames text(String text) {
        bytes.writeBytes(text.getBytes(ISO_8859_1));
        return this;
    }

    public Http2Frames frame(int type, int flags, int stream, byte[] payload) {
        bytes.writeBytes(ByteBuffer.allocate(9).putInt(payload.length << 8 | type).put((byte) flags).putInt(stream).array());
        bytes.writeBytes(payload);
        return this;
    }

    public Http2Frames get(int stream, String path) {
        return frame(HEADERS, END_HEADERS | END_STREAM, stream, head("GET", path));
    }

    public Http2Frames reset(int stream) {
        return frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
    }

    public byte[] bytes() {
        return bytes.toByteArray();
    }

    /// A header block whose fields are all literals.
    public static byte[] head(String method, String path) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(0x87);
        head.writeBytes(literal(":method", method));
        head.writeBytes(literal(":path", path));
        head.writeBytes(literal(":authority", "x"));
        return head.toByteArray();
    }

    /// One header field as a literal.
    public static byte[] literal(String name, String value) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.write(0);
        string(header, name);
        string(header, value);
        return header.toByteArray();
    }

    private static void string(ByteArrayOutputStream out, String text) {
        int left = text.length();
        if (left < 127) {
            out.write(left);
        } else {
            out.write(127);
            for (left -= 127; left >= 128; left >>>= 7) {
                out.write(left & 127 | 128);
            }
            out.write(left);
        }
        out.writeBytes(text.getBytes(ISO_8859_1));
    }

    /// Parses the complete frames of the received bytes.
    public static List<Frame> parse(String received) {
        ByteBuffer in = ByteBuffer.wrap(received.getBytes(ISO_8859_1));
        List<Frame> frames = new ArrayList<>();
        while (in.remaining() >= 9) {
            int lengthAndType = in.getInt();
            int flags = in.get();
            int stream = in.getInt();
            if (in.remaining() < lengthAndType >>> 8) {
                break;
            }
            byte[] payload = new byte[lengthAndType >>> 8];
            in.get(payload);
            frames.add(new Frame(lengthAndType & 255, flags, stream, payload));
        }
        return frames;
    }
}
