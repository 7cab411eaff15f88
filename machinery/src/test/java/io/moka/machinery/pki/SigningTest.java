package io.moka.machinery.pki;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Certificates that are signed for the keys of other parties.
class SigningTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private final CertificateAuthority authority = CertificateAuthority.create("test-ca", InstantSource.fixed(NOW));

    private static byte[] request(KeyPair pair, KeyPair signedBy) throws IOException, OperatorCreationException {
        var extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.dNSName, "n1"), new GeneralName(GeneralName.iPAddress, "10.0.0.1"),
            new GeneralName(new X500Name("CN=else"))}));
        extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        var builder = new JcaPKCS10CertificationRequestBuilder(new X500Name("O=devs,O=ops,CN=ann"), pair.getPublic());
        builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
        return Pem.encode("CERTIFICATE REQUEST", builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signedBy.getPrivate())).getEncoded());
    }

    private X509Certificate sign(KeyPair pair, Duration life) throws IOException, OperatorCreationException {
        return authority.sign(SigningRequest.parse(request(pair, pair)), List.of("client auth", "digital signature"), life);
    }

    @Test
    void theCertificateSaysWhatWasAskedForAndNoMore() throws Exception {
        var pair = CertificateAuthority.newKeyPair();
        var signed = sign(pair, Duration.ofDays(1));
        signed.verify(Pem.certificates(authority.certificatePem()).getFirst().getPublicKey());
        assertEquals(pair.getPublic(), signed.getPublicKey());
        assertEquals("CN=ann,O=ops,O=devs", signed.getSubjectX500Principal().getName());
        assertEquals(List.of(List.of(2, "n1"), List.of(7, "10.0.0.1")), List.copyOf(signed.getSubjectAlternativeNames()));
        assertEquals(List.of("1.3.6.1.5.5.7.3.2"), signed.getExtendedKeyUsage());
        assertArrayEquals(new boolean[] {true, false, false, false, false, false, false, false, false}, signed.getKeyUsage());
        assertEquals(-1, signed.getBasicConstraints(), "no request makes an authority");
    }

    @ParameterizedTest(name = "{0} ends at {1}")
    @CsvSource({"PT1H, 2026-01-01T01:00:00Z", "PT24H, 2026-01-01T23:55:00Z", "P9999D, 2035-12-30T00:00:00Z"})
    void aCertificateEndsInTimeAndNotAfterItsAuthority(Duration life, Instant end) throws Exception {
        var signed = sign(CertificateAuthority.newKeyPair(), life);
        assertEquals(end, signed.getNotAfter().toInstant());
        assertEquals(NOW.minus(Duration.ofMinutes(5)), signed.getNotBefore().toInstant());
    }

    @Test
    void aRequestTellsWhomItNames() throws Exception {
        var pair = CertificateAuthority.newKeyPair();
        var read = SigningRequest.parse(request(pair, pair));
        assertEquals("ann", read.commonName());
        assertEquals(List.of("devs", "ops"), read.organizations());
        assertFalse(read.asksFor(SigningRequest.NameType.EMAIL));
    }

    @Test
    void aRequestForSomebodyElsesKeyIsNone() throws Exception {
        var forged = request(CertificateAuthority.newKeyPair(), CertificateAuthority.newKeyPair());
        assertEquals("the request is not signed by its own key", assertThrows(SigningRequest.Malformed.class, () -> SigningRequest.parse(forged)).getMessage());
        assertThrows(SigningRequest.Malformed.class, () -> SigningRequest.parse(Pem.encode("CERTIFICATE REQUEST", new byte[] {1, 2, 3})));
        assertThrows(SigningRequest.Malformed.class, () -> SigningRequest.parse(authority.certificatePem()));
    }

    @Test
    void anUnknownUsageIsRefused() throws Exception {
        var pair = CertificateAuthority.newKeyPair();
        var read = SigningRequest.parse(request(pair, pair));
        assertThrows(IllegalArgumentException.class, () -> authority.sign(read, List.of("everything"), Duration.ofHours(1)));
    }

    @Test
    void anAuthorityThatHasExpiredSignsNothing(@TempDir Path folder) throws Exception {
        var pair = CertificateAuthority.newKeyPair();
        CertificateAuthority.readOrCreate(folder.resolve("ca"), "test-ca", InstantSource.fixed(NOW));
        var later = CertificateAuthority.readOrCreate(folder.resolve("ca"), "test-ca", InstantSource.fixed(NOW.plus(Duration.ofDays(3_650))));
        var read = SigningRequest.parse(request(pair, pair));
        var refused = assertThrows(IllegalStateException.class, () -> later.sign(read, List.of("client auth"), Duration.ofHours(1)));
        assertEquals("refusing to sign a certificate that expired in the past: the authority's ends at 2035-12-30T00:00:00Z", refused.getMessage());
    }

    /// The bits are written in the order of the key usage extension, from digital signature on.
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            digital signature,key encipherment,server auth | 101000000 | 1.3.6.1.5.5.7.3.1
            signing,client auth,server auth                | 100000000 | 1.3.6.1.5.5.7.3.2 1.3.6.1.5.5.7.3.1
            email protection,s/mime                        | -         | 1.3.6.1.5.5.7.3.4
            cert sign,crl sign                             | 000001100 | -
            any                                            | -         | 2.5.29.37.0
            """)
    void usagesAreThoseOfTheApi(String usages, String bits, String purposes) throws Exception {
        var pair = CertificateAuthority.newKeyPair();
        var signed = authority.sign(SigningRequest.parse(request(pair, pair)), List.of(usages.split(",")), Duration.ofHours(1));
        var written = new StringBuilder();
        for (boolean bit : signed.getKeyUsage() == null ? new boolean[0] : signed.getKeyUsage()) {
            written.append(bit ? '1' : '0');
        }
        assertEquals(bits == null ? "" : bits, written.toString());
        assertEquals(purposes == null ? null : List.of(purposes.split(" ")), signed.getExtendedKeyUsage());
        assertEquals(-1, signed.getBasicConstraints());
    }
}
