package io.moka.machinery.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads and writes PEM: certificates, private keys (PKCS#8, EC or RSA, and EC keys after RFC 5915) and public keys.
public final class Pem {

    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private Pem() {
    }

    public static byte[] encode(String label, byte[] der) {
        var body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return ("-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
    }

    /// Returns all certificates in the text, in their order.
    public static List<X509Certificate> certificates(byte[] pem) throws IOException {
        try {
            return CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                    .map(X509Certificate.class::cast).toList();
        } catch (GeneralSecurityException e) {
            throw new IOException("not a PEM certificate: " + e.getMessage(), e);
        }
    }

    /// @throws IOException when there is no such key in the text
    public static PrivateKey privateKey(byte[] pem) throws IOException {
        var elliptic = find(pem, Rfc5915.LABEL);
        var der = elliptic == null ? der(pem, "PRIVATE KEY") : Rfc5915.toPkcs8(elliptic);
        return decode(algorithm -> KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der)));
    }

    public static PublicKey publicKey(byte[] pem) throws IOException {
        var der = der(pem, "PUBLIC KEY");
        return decode(algorithm -> KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der)));
    }

    private interface Decoder<K> {
        K decode(String algorithm) throws GeneralSecurityException;
    }

    private static <K> K decode(Decoder<K> decoder) throws IOException {
        try {
            return decoder.decode("EC");
        } catch (GeneralSecurityException notElliptic) {
            try {
                return decoder.decode("RSA");
            } catch (GeneralSecurityException e) {
                throw new IOException("neither an EC nor an RSA key", e);
            }
        }
    }

    private static byte[] der(byte[] pem, String label) throws IOException {
        var der = find(pem, label);
        if (der == null) {
            throw new IOException("no PEM block \"" + label + "\"");
        }
        return der;
    }

    /// Returns the decoded content of the first block with this label; null when there is none.
    static byte @Nullable [] find(byte[] pem, String label) {
        var matcher = BLOCK.matcher(new String(pem, StandardCharsets.US_ASCII));
        while (matcher.find()) {
            if (matcher.group(1).equals(label)) {
                return Base64.getMimeDecoder().decode(matcher.group(2));
            }
        }
        return null;
    }
}
