package io.moka.apiserver.front.certificates;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/// A parsed PKCS #10 certificate request: the subject's common name and organizations.
public record CertificateRequest(String commonName, List<String> organizations) {
    private static final Pattern PEM = Pattern.compile("\\s*-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----\\s*");

    /// @param pem the request in PEM, as it is in the object after base64 decoding
    /// @throws GeneralSecurityException when the bytes are no certificate request, or it is not signed by its own key
    public static CertificateRequest parse(byte[] pem) throws GeneralSecurityException {
        Matcher block = PEM.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        if (!block.matches() || !block.group(1).equals("CERTIFICATE REQUEST") && !block.group(1).equals("NEW CERTIFICATE REQUEST")) {
            throw new GeneralSecurityException("PEM block type must be CERTIFICATE REQUEST");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(block.group(2));
        } catch (IllegalArgumentException malformed) {
            throw new GeneralSecurityException("the PEM block is not base64", malformed);
        }
        Der request = new Der(der).next(Der.SEQUENCE).read();
        Der.Value info = request.next(Der.SEQUENCE);
        Der.Value algorithm = request.next(Der.SEQUENCE);
        byte[] signature = request.next(Der.BIT_STRING).content();
        Der parts = info.read();
        parts.next();
        byte[] subject = parts.next(Der.SEQUENCE).whole();
        Der.Value publicKey = parts.next(Der.SEQUENCE);
        verify(info.whole(), algorithm, signature, publicKey);
        return named(subject);
    }

    private static void verify(byte[] info, Der.Value algorithm, byte[] signature, Der.Value publicKey) throws GeneralSecurityException {
        String keyType = HexFormat.of().formatHex(publicKey.read().next(Der.SEQUENCE).read().next(Der.OBJECT_ID).content());
        String factory = switch (keyType) {
            case "2a8648ce3d0201" -> "EC";
            case "2a864886f70d010101" -> "RSA";
            case "2b6570" -> "Ed25519";
            default -> throw new GeneralSecurityException("x509: unknown public key algorithm");
        };
        PublicKey key = KeyFactory.getInstance(factory).generatePublic(new X509EncodedKeySpec(publicKey.whole()));
        Signature check = Signature.getInstance(switch (HexFormat.of().formatHex(algorithm.read().next(Der.OBJECT_ID).content())) {
            case "2a8648ce3d040302" -> "SHA256withECDSA";
            case "2a8648ce3d040303" -> "SHA384withECDSA";
            case "2a8648ce3d040304" -> "SHA512withECDSA";
            case "2a864886f70d01010b" -> "SHA256withRSA";
            case "2a864886f70d01010c" -> "SHA384withRSA";
            case "2a864886f70d01010d" -> "SHA512withRSA";
            case "2b6570" -> "Ed25519";
            default -> throw new GeneralSecurityException("x509: cannot verify signature: algorithm unimplemented");
        });
        check.initVerify(key);
        check.update(info);
        if (signature.length == 0 || !check.verify(Arrays.copyOfRange(signature, 1, signature.length))) {
            throw new GeneralSecurityException("x509: the request is not signed by its own key");
        }
    }

    private static CertificateRequest named(byte[] subject) throws GeneralSecurityException {
        String commonName = "";
        List<String> organizations = new ArrayList<>();
        try {
            for (Rdn rdn : new LdapName(new X500Principal(new ByteArrayInputStream(subject)).getName()).getRdns()) {
                var attributes = rdn.toAttributes().getAll();
                while (attributes.hasMore()) {
                    var attribute = attributes.next();
                    switch (attribute.getID().toUpperCase(java.util.Locale.ROOT)) {
                        case "CN" -> commonName = String.valueOf(attribute.get());
                        case "O" -> organizations.add(String.valueOf(attribute.get()));
                        default -> { }
                    }
                }
            }
        } catch (InvalidNameException | IllegalArgumentException malformed) {
            throw new GeneralSecurityException("x509: the subject cannot be read", malformed);
        } catch (javax.naming.NamingException malformed) {
            throw new GeneralSecurityException("x509: the subject cannot be read", malformed);
        }
        return new CertificateRequest(commonName, List.copyOf(organizations));
    }
}
