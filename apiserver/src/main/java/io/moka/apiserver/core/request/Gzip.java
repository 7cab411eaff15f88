package io.moka.apiserver.core.request;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// Compresses large answers, for speed rather than size, from the size on from which upstream compresses.
final class Gzip {
    static final int THRESHOLD_BYTES = 128 * 1024;

    private Gzip() {}

    private static final class FastStream extends GZIPOutputStream {
        FastStream(ByteArrayOutputStream out) throws IOException {
            super(out, 16 * 1024);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    static byte[] compress(byte[] bytes) {
        return compress(List.of(bytes));
    }

    static byte[] compress(List<byte[]> parts) {
        var out = new ByteArrayOutputStream(64 * 1024);
        try (var gzip = new FastStream(out)) {
            for (byte[] part : parts) {
                gzip.write(part);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }
}
