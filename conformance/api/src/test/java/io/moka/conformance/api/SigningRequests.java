package io.moka.conformance.api;

import io.moka.machinery.pki.CertificateAuthority;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Base64;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/// A signing request (PKCS #10) as the field `request` has it.
final class SigningRequests {
    static final String ENCODED = encode();

    private SigningRequests() {}

    private static String encode() {
        KeyPair pair = CertificateAuthority.newKeyPair();
        try {
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
            byte[] der = new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=e2e.example.com"), pair.getPublic()).build(signer).getEncoded();
            String pem = "-----BEGIN CERTIFICATE REQUEST-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END CERTIFICATE REQUEST-----\n";
            return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
        } catch (OperatorCreationException | java.io.IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
