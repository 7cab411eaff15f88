package io.moka.apiserver.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/// One way to keep bytes.
sealed interface Provider {
    byte[] MARK = "k8s:enc:".getBytes(UTF_8);

    /// What its bytes begin with; empty for the one that leaves them as they are.
    byte[] prefix();

    /// @param path where in etcd the bytes are kept
    byte[] encrypt(String path, byte[] plain);

    /// @param stored with the prefix
    /// @throws GeneralSecurityException when the bytes are not what this provider wrote to that path
    byte[] decrypt(String path, byte[] stored) throws GeneralSecurityException;

    /// Whether the bytes look like its own.
    default boolean wrote(byte[] stored) {
        return startsWith(stored, prefix());
    }

    static boolean startsWith(byte[] bytes, byte[] prefix) {
        return bytes.length >= prefix.length && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }

    /// No encryption.
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

    /// AES in cipher block chaining mode, which does not notice changes: for what older clusters wrote.
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

    /// XSalsa20 and Poly1305 as NaCl's `secretbox` puts them together: a random nonce, the tag, the text. It is not bound to its path.
    record SecretBox(byte[] prefix, SecretKeySpec key, SecureRandom random) implements Provider {
        private static final int NONCE_BYTES = 24;
        /// So much of the stream is the authenticator's key.
        private static final int KEY_BYTES = 32;
        private static final int TAG_BYTES = 16;

        @Override
        public byte[] encrypt(String path, byte[] plain) {
            byte[] nonce = new byte[NONCE_BYTES];
            random.nextBytes(nonce);
            return concatenate(prefix, nonce, seal(nonce, plain));
        }

        /// The tag and the text.
        private byte[] seal(byte[] nonce, byte[] plain) {
            byte[] stream = new byte[KEY_BYTES + plain.length];
            System.arraycopy(plain, 0, stream, KEY_BYTES, plain.length);
            byte[] sealed = cipher(nonce, stream);
            byte[] box = Arrays.copyOfRange(sealed, KEY_BYTES - TAG_BYTES, sealed.length);
            System.arraycopy(tag(sealed, box), 0, box, 0, TAG_BYTES);
            return box;
        }

        private byte[] cipher(byte[] nonce, byte[] text) {
            XSalsa20Engine salsa = new XSalsa20Engine();
            salsa.init(true, new ParametersWithIV(new KeyParameter(key.getEncoded()), nonce));
            byte[] out = new byte[text.length];
            salsa.processBytes(text, 0, text.length, out, 0);
            return out;
        }

        /// @param keys whose first bytes are the authenticator's key
        /// @param box  whose first bytes are left out, as they are the tag's place
        private static byte[] tag(byte[] keys, byte[] box) {
            Poly1305 authenticator = new Poly1305();
            authenticator.init(new KeyParameter(keys, 0, KEY_BYTES));
            authenticator.update(box, TAG_BYTES, box.length - TAG_BYTES);
            byte[] tag = new byte[TAG_BYTES];
            authenticator.doFinal(tag, 0);
            return tag;
        }

        @Override
        public byte[] decrypt(String path, byte[] stored) throws GeneralSecurityException {
            int start = prefix.length + NONCE_BYTES;
            if (stored.length < start + TAG_BYTES) {
                throw new GeneralSecurityException("the stored data was shorter than the required size");
            }
            byte[] box = Arrays.copyOfRange(stored, start, stored.length);
            byte[] text = new byte[KEY_BYTES + box.length - TAG_BYTES];
            System.arraycopy(box, TAG_BYTES, text, KEY_BYTES, box.length - TAG_BYTES);
            byte[] opened = cipher(Arrays.copyOfRange(stored, prefix.length, start), text);
            if (!MessageDigest.isEqual(tag(opened, box), Arrays.copyOf(box, TAG_BYTES))) {
                throw new GeneralSecurityException("the stored data has been changed, or encrypted with another key");
            }
            return Arrays.copyOfRange(opened, KEY_BYTES, opened.length);
        }
    }

    private static byte[] concatenate(byte[] prefix, byte[] start, byte[] text) {
        byte[] all = Arrays.copyOf(prefix, prefix.length + start.length + text.length);
        System.arraycopy(start, 0, all, prefix.length, start.length);
        System.arraycopy(text, 0, all, prefix.length + start.length, text.length);
        return all;
    }
}
