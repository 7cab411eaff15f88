package io.moka.apiserver.core.encryption;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The stream cipher XSalsa20 (Bernstein, "Extending the Salsa20 nonce"), which the JDK does not have.
final class Salsa20 {
    private static final int BLOCK_BYTES = 64;
    private static final int NONCE_BYTES = 24;
    private static final int ROUNDS = 20;
    private static final int[] SIGMA = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    /// The indices of the state from which HSalsa20 takes its result.
    private static final int[] HASHED = {0, 5, 10, 15, 6, 7, 8, 9};
    /// The quarter rounds of a column round and, after them, those of a row round.
    private static final int[][] QUARTERS = {{0, 4, 8, 12}, {5, 9, 13, 1}, {10, 14, 2, 6}, {15, 3, 7, 11}, {0, 1, 2, 3}, {5, 6, 7, 4}, {10, 11, 8, 9}, {15, 12, 13, 14}};

    private Salsa20() {}

    /// Returns the first bytes of the key stream for a key of 32 bytes and a nonce of 24.
    static byte[] stream(byte[] key, byte[] nonce, int length) {
        ByteBuffer nonces = little(nonce);
        int[] hashed = rounds(input(words(key), nonces.getInt(0), nonces.getInt(4), nonces.getInt(8), nonces.getInt(12)));
        int[] subkey = new int[HASHED.length];
        for (int i = 0; i < HASHED.length; i++) {
            subkey[i] = hashed[HASHED[i]];
        }
        ByteBuffer stream = little(new byte[(length + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES]);
        for (long block = 0; stream.hasRemaining(); block++) {
            int[] input = input(subkey, nonces.getInt(16), nonces.getInt(NONCE_BYTES - 4), (int) block, (int) (block >>> 32));
            int[] output = rounds(input.clone());
            for (int i = 0; i < output.length; i++) {
                stream.putInt(output[i] + input[i]);
            }
        }
        return stream.array();
    }

    static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int[] words(byte[] bytes) {
        int[] words = new int[bytes.length / 4];
        little(bytes).asIntBuffer().get(words);
        return words;
    }

    private static int[] input(int[] key, int a, int b, int c, int d) {
        return new int[] {SIGMA[0], key[0], key[1], key[2], key[3], SIGMA[1], a, b, c, d, SIGMA[2], key[4], key[5], key[6], key[7], SIGMA[3]};
    }

    private static int[] rounds(int[] x) {
        for (int round = 0; round < ROUNDS; round += 2) {
            for (int[] q : QUARTERS) {
                x[q[1]] ^= Integer.rotateLeft(x[q[0]] + x[q[3]], 7);
                x[q[2]] ^= Integer.rotateLeft(x[q[1]] + x[q[0]], 9);
                x[q[3]] ^= Integer.rotateLeft(x[q[2]] + x[q[1]], 13);
                x[q[0]] ^= Integer.rotateLeft(x[q[3]] + x[q[2]], 18);
            }
        }
        return x;
    }
}
