package io.moka.kubelet.server;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// Compresses with the least effort, which takes less processor time than the encryption of what it saves.
final class QuickGzip extends GZIPOutputStream {

    private static final int BLOCK_BYTES = 16_000;

    QuickGzip(OutputStream out) throws IOException {
        super(out, BLOCK_BYTES);
        def.setLevel(Deflater.BEST_SPEED);
    }
}
