package io.moka.apiserver.core.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.junit.jupiter.api.Test;

/// Compares `secretbox` with another implementation and with NaCl's own example.
final class SecretBoxTest {
    private static final byte[] PREFIX = "k8s:enc:secretbox:v1:one:".getBytes(UTF_8);

    private static Provider.SecretBox box(byte[] key) {
        return new Provider.SecretBox(PREFIX, new SecretKeySpec(key, "secretbox"), new SecureRandom());
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /// Returns the text as Bouncy Castle's cipher and authenticator encrypt it.
    private static byte[] reference(byte[] key, byte[] nonce, byte[] plain) {
        XSalsa20Engine salsa = new XSalsa20Engine();
        salsa.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
        byte[] padded = new byte[32 + plain.length];
        System.arraycopy(plain, 0, padded, 32, plain.length);
        byte[] out = new byte[padded.length];
        salsa.processBytes(padded, 0, padded.length, out, 0);
        Poly1305 authenticator = new Poly1305();
        authenticator.init(new KeyParameter(Arrays.copyOf(out, 32)));
        authenticator.update(out, 32, plain.length);
        byte[] boxed = new byte[16 + plain.length];
        authenticator.doFinal(boxed, 0);
        System.arraycopy(out, 32, boxed, 16, plain.length);
        return boxed;
    }

    @Test
    void everyLengthIsAsAnotherImplementationHasIt() throws GeneralSecurityException {
        Random random = new Random(7);
        for (int length = 0; length < 300; length++) {
            byte[] key = bytes(random, 32);
            byte[] plain = bytes(random, length);
            byte[] stored = box(key).encrypt("/registry/secrets/a/b", plain);
            byte[] nonce = Arrays.copyOfRange(stored, PREFIX.length, PREFIX.length + 24);
            assertArrayEquals(reference(key, nonce, plain), Arrays.copyOfRange(stored, PREFIX.length + 24, stored.length));
            assertArrayEquals(plain, box(key).decrypt("/registry/secrets/a/b", stored));
        }
    }

    /// Texts whose Poly1305 sum is next to the prime or beyond it.
    @Test
    void authenticatorReducesAtItsEdges() {
        for (int first = 0xf0; first <= 0xff; first++) {
            byte[] message = new byte[64];
            Arrays.fill(message, (byte) 0xff);
            message[0] = (byte) first;
            byte[] key = new byte[32];
            key[0] = 1;
            Arrays.fill(key, 16, 32, (byte) 0xff);
            Poly1305 authenticator = new Poly1305();
            authenticator.init(new KeyParameter(key));
            for (int length = 0; length <= message.length; length++) {
                authenticator.update(message, 0, length);
                byte[] expected = new byte[16];
                authenticator.doFinal(expected, 0);
                assertArrayEquals(expected, io.moka.apiserver.core.encryption.Poly1305.tag(key, Arrays.copyOf(message, length), 0));
            }
        }
    }

    @Test
    void streamIsThatOfTheCipher() {
        HexFormat hex = HexFormat.of();
        byte[] key = hex.parseHex("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389");
        byte[] nonce = hex.parseHex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");
        assertEquals("eea6a7251c1e72916d11c2cb214d3c252539121d8e234e652d651fa4c8cff880", hex.formatHex(Salsa20.stream(key, nonce, 32), 0, 32));
    }

    @Test
    void whatIsNotItsOwnIsRefused() {
        byte[] key = bytes(new Random(1), 32);
        byte[] stored = box(key).encrypt("/a", "opensesame".getBytes(UTF_8));
        for (int i = PREFIX.length; i < stored.length; i++) {
            byte[] changed = stored.clone();
            changed[i] ^= 1;
            assertThrows(GeneralSecurityException.class, () -> box(key).decrypt("/a", changed));
        }
        for (int length = PREFIX.length; length < stored.length; length++) {
            byte[] cut = Arrays.copyOf(stored, length);
            assertThrows(GeneralSecurityException.class, () -> box(key).decrypt("/a", cut));
        }
        assertThrows(GeneralSecurityException.class, () -> box(bytes(new Random(2), 32)).decrypt("/a", stored));
    }
}
