package io.moka.apiserver.encryption;

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
import org.junit.jupiter.api.Test;

/// `secretbox` against another implementation, and against NaCl's own example.
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

    @Test
    void everyLengthComesBack() throws GeneralSecurityException {
        Random random = new Random(7);
        for (int length = 0; length < 300; length++) {
            byte[] key = bytes(random, 32);
            byte[] plain = bytes(random, length);
            byte[] stored = box(key).encrypt("/registry/secrets/a/b", plain);
            assertArrayEquals(plain, box(key).decrypt("/registry/secrets/a/b", stored));
        }
    }

    /// The stream's key and nonce are those of NaCl's own test (`secretbox.c`), and so is what they make of its text.
    @Test
    void aBoxOfAnotherImplementationOpens() throws GeneralSecurityException {
        HexFormat hex = HexFormat.of();
        byte[] key = hex.parseHex("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389");
        byte[] nonce = hex.parseHex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");
        byte[] text = hex.parseHex("be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb31"
                + "0e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705");
        byte[] box = hex.parseHex("f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2"
                + "270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5");
        byte[] stored = new byte[PREFIX.length + nonce.length + box.length];
        System.arraycopy(PREFIX, 0, stored, 0, PREFIX.length);
        System.arraycopy(nonce, 0, stored, PREFIX.length, nonce.length);
        System.arraycopy(box, 0, stored, PREFIX.length + nonce.length, box.length);
        assertArrayEquals(text, box(key).decrypt("/registry/secrets/a/b", stored));
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
