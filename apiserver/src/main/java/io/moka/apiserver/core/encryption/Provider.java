package io.moka.apiserver.core.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// One way to encrypt stored bytes.
sealed interface Provider {
    byte[] MARK = "k8s:enc:".getBytes(UTF_8);

    /// The prefix of the bytes that the provider wrote; empty for the provider that does not encrypt.
    byte[] prefix();

    /// @param path the key in etcd under which the bytes are stored
    byte[] encrypt(String path, byte[] plain);

    /// @param stored the stored bytes, including the prefix
    /// @throws GeneralSecurityException when this provider did not write the bytes to that path
    byte[] decrypt(String path, byte[] stored) throws GeneralSecurityException;

    /// Whether the bytes begin with this provider's prefix.
    default boolean wrote(byte[] stored) {
        return startsWith(stored, prefix());
    }

    static boolean startsWith(byte[] bytes, byte[] prefix) {
        return bytes.length >= prefix.length && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }

    /// The provider that does not encrypt.
    record Identity() implements Provider {
        @Override
        public byte[] prefix() {
            return new byte[0];
        }

        @Override
        public boolean wrote(byte[] stored) {
            return !startsWith(stored, MARK);
        }

        @Override
        public byte[] encrypt(String path, byte[] plain) {
            return plain;
        }

        @Override
        public byte[] decrypt(String path, byte[] stored) {
            return stored;
        }
    }

    /// AES in Galois/counter mode: a random nonce, then the text and its tag.
    record AesGcm(byte[] prefix, SecretKeySpec key, SecureRandom random) implements Provider {
        private static final int NONCE_BYTES = 12;
        private static final int TAG_BITS = 128;

        @Override
        public byte[] encrypt(String path, byte[] plain) {
            byte[] nonce = new byte[NONCE_BYTES];
            random.nextBytes(nonce);
            try {
                return concatenate(prefix, nonce, cipher(Cipher.ENCRYPT_MODE, path, nonce).doFinal(plain));
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("cannot encrypt", impossible);
            }
        }

        @Override
        public byte[] decrypt(String path, byte[] stored) throws GeneralSecurityException {
            int start = prefix.length + NONCE_BYTES;
            if (stored.length < start) {
                throw new GeneralSecurityException("the stored data was shorter than the required size");
            }
            return cipher(Cipher.DECRYPT_MODE, path, Arrays.copyOfRange(stored, prefix.length, start)).doFinal(stored, start, stored.length - start);
        }

        private Cipher cipher(int mode, String path, byte[] nonce) throws GeneralSecurityException {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(path.getBytes(UTF_8));
            return cipher;
        }
    }

    /// AES in cipher block chaining mode, which does not detect tampering; for reading data from older clusters.
    record AesCbc(byte[] prefix, SecretKeySpec key, SecureRandom random) implements Provider {
        private static final int BLOCK_BYTES = 16;

        @Override
        public byte[] encrypt(String path, byte[] plain) {
            byte[] start = new byte[BLOCK_BYTES];
            random.nextBytes(start);
            try {
                return concatenate(prefix, start, cipher(Cipher.ENCRYPT_MODE, start).doFinal(plain));
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("cannot encrypt", impossible);
            }
        }

        @Override
        public byte[] decrypt(String path, byte[] stored) throws GeneralSecurityException {
            int start = prefix.length + BLOCK_BYTES;
            if (stored.length < start) {
                throw new GeneralSecurityException("the stored data was shorter than the required size");
            }
            return cipher(Cipher.DECRYPT_MODE, Arrays.copyOfRange(stored, prefix.length, start)).doFinal(stored, start, stored.length - start);
        }

        private Cipher cipher(int mode, byte[] start) throws GeneralSecurityException {
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(mode, key, new IvParameterSpec(start));
            return cipher;
        }
    }

    /// XSalsa20 and Poly1305 as NaCl's `secretbox` combines them: a random nonce, the tag, the text. The text is not bound to its path.
    record SecretBox(byte[] prefix, SecretKeySpec key, SecureRandom random) implements Provider {
        private static final int NONCE_BYTES = 24;
        /// Number of bytes at the start of the key stream that are the authenticator's key.
        private static final int KEY_BYTES = 32;

        @Override
        public byte[] encrypt(String path, byte[] plain) {
            byte[] nonce = new byte[NONCE_BYTES];
            random.nextBytes(nonce);
            return concatenate(prefix, nonce, seal(nonce, plain));
        }

        private byte[] seal(byte[] nonce, byte[] plain) {
            byte[] stream = Salsa20.stream(key.getEncoded(), nonce, KEY_BYTES + plain.length);
            byte[] box = new byte[Poly1305.TAG_BYTES + plain.length];
            for (int i = 0; i < plain.length; i++) {
                box[Poly1305.TAG_BYTES + i] = (byte) (plain[i] ^ stream[KEY_BYTES + i]);
            }
            System.arraycopy(Poly1305.tag(stream, box, Poly1305.TAG_BYTES), 0, box, 0, Poly1305.TAG_BYTES);
            return box;
        }

        @Override
        public byte[] decrypt(String path, byte[] stored) throws GeneralSecurityException {
            int start = prefix.length + NONCE_BYTES;
            if (stored.length < start + Poly1305.TAG_BYTES) {
                throw new GeneralSecurityException("the stored data was shorter than the required size");
            }
            byte[] box = Arrays.copyOfRange(stored, start, stored.length);
            byte[] stream = Salsa20.stream(key.getEncoded(), Arrays.copyOfRange(stored, prefix.length, start), KEY_BYTES + box.length - Poly1305.TAG_BYTES);
            if (!MessageDigest.isEqual(Poly1305.tag(stream, box, Poly1305.TAG_BYTES), Arrays.copyOf(box, Poly1305.TAG_BYTES))) {
                throw new GeneralSecurityException("the stored data has been changed, or encrypted with another key");
            }
            byte[] plain = new byte[box.length - Poly1305.TAG_BYTES];
            for (int i = 0; i < plain.length; i++) {
                plain[i] = (byte) (box[Poly1305.TAG_BYTES + i] ^ stream[KEY_BYTES + i]);
            }
            return plain;
        }
    }

    private static byte[] concatenate(byte[] prefix, byte[] start, byte[] text) {
        byte[] all = Arrays.copyOf(prefix, prefix.length + start.length + text.length);
        System.arraycopy(start, 0, all, prefix.length, start.length);
        System.arraycopy(text, 0, all, prefix.length + start.length, text.length);
        return all;
    }
}
