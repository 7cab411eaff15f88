package io.moka.apiserver.core.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.moka.apiserver.core.status.ApiException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

final class ProtobufDecoderTest {

    private interface Body {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Body body) {
        var bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            body.write(out);
            out.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void put(CodedOutputStream out, int field, byte[] message) throws IOException {
        out.writeBytes(field, ByteString.copyFrom(message));
    }

    private static byte[] envelope(String apiVersion, String kind, byte[] raw) {
        byte[] unknown = message(out -> {
            put(out, 1, message(type -> {
                type.writeString(1, apiVersion);
                type.writeString(2, kind);
            }));
            put(out, 2, raw);
        });
        byte[] whole = new byte[unknown.length + 4];
        System.arraycopy("k8s\0".getBytes(UTF_8), 0, whole, 0, 4);
        System.arraycopy(unknown, 0, whole, 4, unknown.length);
        return whole;
    }

    @Test
    void mapsOfBytesAndEmptyStringsReadAsInJson() {
        byte[] secret = message(out -> {
            put(out, 1, message(metadata -> {
                metadata.writeString(1, "s");
                metadata.writeString(2, "");
                put(metadata, 8, new byte[0]);
            }));
            put(out, 2, message(entry -> {
                entry.writeString(1, "a");
                entry.writeBytes(2, ByteString.copyFromUtf8("b"));
            }));
        });
        assertEquals("{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"s\"},\"data\":{\"a\":\"Yg==\"}}",
                ProtobufDecoder.decode(envelope("v1", "Secret", secret)).toString());
    }

    @Test
    void embeddedStructsAreFlat() {
        byte[] probe = message(out -> {
            put(out, 1, message(handler -> put(handler, 3, message(tcp -> put(tcp, 1, message(port -> {
                port.writeInt64(1, 0);
                port.writeInt32(2, 80);
            }))))));
            out.writeInt32(2, 0);
            out.writeInt32(4, 5);
        });
        byte[] container = message(out -> {
            out.writeString(1, "c");
            put(out, 10, probe);
        });
        byte[] pod = message(out -> put(out, 2, message(spec -> {
            put(spec, 2, container);
            spec.writeInt64(4, 0);
        })));
        assertEquals("{\"containers\":[{\"name\":\"c\",\"livenessProbe\":{\"tcpSocket\":{\"port\":80},\"periodSeconds\":5}}],\"terminationGracePeriodSeconds\":0}",
                ProtobufDecoder.decode(envelope("v1", "Pod", pod)).path("spec").toString());
    }

    @Test
    void unknownKindsAndBrokenBytesAreRefused() {
        assertThrows(ApiException.class, () -> ProtobufDecoder.decode(envelope("v1", "Widget", new byte[0])));
        assertThrows(ApiException.class, () -> ProtobufDecoder.decode(new byte[] {1, 2, 3}));
        assertThrows(ApiException.class, () -> ProtobufDecoder.decode(envelope("v1", "Pod", new byte[] {10, 127})));
    }
}
