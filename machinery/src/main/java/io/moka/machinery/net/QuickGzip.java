package io.moka.machinery.net;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// Compresses with the least effort. On a connection with TLS this takes less processor time than the encryption of what it saves.
public final class QuickGzip extends GZIPOutputStream {

    /// The size of the blocks in which a long answer is best sent: with what HTTP adds to it, a block fits into one TLS record.
    public static final int BLOCK_BYTES = 16_000;

    public QuickGzip(OutputStream out) throws IOException {
        super(out, BLOCK_BYTES);
        def.setLevel(Deflater.BEST_SPEED);
    }
}
