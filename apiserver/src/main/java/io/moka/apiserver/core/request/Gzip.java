package io.moka.apiserver.core.request;

import io.moka.machinery.net.QuickGzip;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// Compresses large answers, for speed rather than size, from the size on from which upstream compresses.
public final class Gzip {
    static final int THRESHOLD_BYTES = 128 * 1024;

    private Gzip() {}

    public static byte[] compress(byte[] bytes) {
        return compress(List.of(bytes));
    }

    static byte[] compress(List<byte[]> parts) {
        var out = new ByteArrayOutputStream(64 * 1024);
        try (var gzip = new QuickGzip(out)) {
            for (byte[] part : parts) {
                gzip.write(part);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }
}
