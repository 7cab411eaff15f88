package io.moka.apiserver.core.encryption;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// The authenticator Poly1305 (RFC 8439, 2.5), which the JDK has only together with ChaCha20. Numbers are five limbs of 26 bits; the running
/// time does not depend on their values.
final class Poly1305 {
    static final int TAG_BYTES = 16;
    private static final int LIMB = 0x3ffffff;

    private Poly1305() {}

    /// @param key a key for one message only; its first 32 bytes are used
    static byte[] tag(byte[] key, byte[] message, int start) {
        ByteBuffer keys = Salsa20.little(key);
        long[] r = limbs(keys.getInt(0) & 0x0fffffff, keys.getInt(4) & 0x0ffffffc, keys.getInt(8) & 0x0ffffffc, keys.getInt(12) & 0x0ffffffc, 0);
        long[] h = new long[5];
        for (int at = start; at < message.length; at += TAG_BYTES) {
            byte[] block = Arrays.copyOfRange(message, at, at + TAG_BYTES + 4);
            int length = Math.min(TAG_BYTES, message.length - at);
            Arrays.fill(block, length, block.length, (byte) 0);
            block[length] = 1;
            ByteBuffer words = Salsa20.little(block);
            long[] m = limbs(words.getInt(0), words.getInt(4), words.getInt(8), words.getInt(12), words.getInt(16));
            for (int i = 0; i < h.length; i++) {
                h[i] += m[i];
            }
            h = multiply(h, r);
        }
        return finish(h, keys);
    }

    private static long[] limbs(int a, int b, int c, int d, int top) {
        long w0 = a & 0xffffffffL;
        long w1 = b & 0xffffffffL;
        long w2 = c & 0xffffffffL;
        long w3 = d & 0xffffffffL;
        return new long[] {w0 & LIMB, (w0 >>> 26 | w1 << 6) & LIMB, (w1 >>> 20 | w2 << 12) & LIMB, (w2 >>> 14 | w3 << 18) & LIMB, w3 >>> 8 | (long) top << 24};
    }

    /// Returns the product modulo 2^130 - 5, whose limbs may exceed 26 bits slightly.
    private static long[] multiply(long[] h, long[] r) {
        long[] product = new long[5];
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 5; j++) {
                product[(i + j) % 5] += h[i] * r[j] * (i + j < 5 ? 1 : 5);
            }
        }
        carry(product);
        return product;
    }

    private static void carry(long[] h) {
        for (int i = 0; i < 4; i++) {
            h[i + 1] += h[i] >>> 26;
            h[i] &= LIMB;
        }
        h[0] += (h[4] >>> 26) * 5;
        h[4] &= LIMB;
        h[1] += h[0] >>> 26;
        h[0] &= LIMB;
    }

    /// Returns the tag: the fully reduced number, plus the second half of the key.
    private static byte[] finish(long[] h, ByteBuffer keys) {
        carry(h);
        carry(h);
        long[] less = {h[0] + 5, h[1], h[2], h[3], h[4]};
        for (int i = 0; i < 4; i++) {
            less[i + 1] += less[i] >>> 26;
            less[i] &= LIMB;
        }
        long reduced = -(less[4] >>> 26);
        for (int i = 0; i < 5; i++) {
            h[i] = h[i] & ~reduced | less[i] & LIMB & reduced;
        }
        long[] words = {h[0] | h[1] << 26, h[1] >>> 6 | h[2] << 20, h[2] >>> 12 | h[3] << 14, h[3] >>> 18 | h[4] << 8};
        ByteBuffer tag = Salsa20.little(new byte[TAG_BYTES]);
        long sum = 0;
        for (int i = 0; i < 4; i++) {
            sum = (sum >>> 32) + (words[i] & 0xffffffffL) + (keys.getInt(16 + 4 * i) & 0xffffffffL);
            tag.putInt((int) sum);
        }
        return tag.array();
    }
}
