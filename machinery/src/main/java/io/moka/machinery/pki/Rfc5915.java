package io.moka.machinery.pki;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// Converts EC private keys between the format of RFC 5915 ("EC PRIVATE KEY") and PKCS#8, which the JDK reads. Go and OpenSSL write EC keys in the former, and
/// some clients read no other format.
final class Rfc5915 {

    static final String LABEL = "EC PRIVATE KEY";
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final int CURVE = 0xA0;
    private static final int PUBLIC_KEY = 0xA1;
    private static final byte[] EC_PUBLIC_KEY = HexFormat.of().parseHex("06072a8648ce3d0201");

    private Rfc5915() {
    }

    /// An element of DER with its type and all its bytes.
    private record Element(int tag, byte[] whole, byte[] content) {
    }

    static byte[] encode(PrivateKey key, PublicKey publicKey) throws IOException {
        var pkcs8 = elements(only(key.getEncoded(), SEQUENCE));
        var curve = elements(pkcs8.get(1).content).get(1).whole;
        var secret = elements(only(element(pkcs8, OCTET_STRING), SEQUENCE));
        var point = elements(only(publicKey.getEncoded(), SEQUENCE)).stream().filter(part -> part.tag == BIT_STRING).findFirst()
                .orElseThrow(() -> new IOException("not an EC public key"));
        return der(SEQUENCE, secret.get(0).whole, secret.get(1).whole, der(CURVE, curve), der(PUBLIC_KEY, point.whole));
    }

    static byte[] toPkcs8(byte[] key) throws IOException {
        var parts = elements(only(key, SEQUENCE));
        var version = der(INTEGER, BigInteger.ZERO.toByteArray());
        return der(SEQUENCE, version, der(SEQUENCE, EC_PUBLIC_KEY, element(parts, CURVE)), der(OCTET_STRING, key));
    }

    private static byte[] only(byte[] bytes, int tag) throws IOException {
        return element(elements(bytes), tag);
    }

    private static byte[] element(List<Element> elements, int tag) throws IOException {
        return elements.stream().filter(element -> element.tag == tag).findFirst().orElseThrow(() -> new IOException("not an EC private key")).content;
    }

    private static List<Element> elements(byte[] bytes) throws IOException {
        var elements = new ArrayList<Element>();
        int position = 0;
        while (position < bytes.length) {
            int start = position;
            if (start + 2 > bytes.length) {
                throw new IOException("an EC private key is cut short");
            }
            int first = bytes[start + 1] & 0xFF;
            int more = first < 0x80 ? 0 : first & 0x7F;
            int from = start + 2 + more;
            if (more > 2 || from > bytes.length) {
                throw new IOException("an EC private key is cut short");
            }
            int length = more == 0 ? first : new BigInteger(1, bytes, start + 2, more).intValue();
            if (length > bytes.length - from) {
                throw new IOException("an EC private key is cut short");
            }
            position = from + length;
            elements.add(new Element(bytes[start] & 0xFF, Arrays.copyOfRange(bytes, start, position), Arrays.copyOfRange(bytes, from, position)));
        }
        return elements;
    }

    private static byte[] der(int tag, byte[]... contents) {
        var content = new ByteArrayOutputStream();
        for (var part : contents) {
            content.writeBytes(part);
        }
        var all = new ByteArrayOutputStream();
        all.write(tag);
        if (content.size() < 0x80) {
            all.write(content.size());
        } else {
            var length = HexFormat.of().parseHex(content.size() < 0x100 ? "%02x".formatted(content.size()) : "%04x".formatted(content.size()));
            all.write(0x80 | length.length);
            all.writeBytes(length);
        }
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }
}
