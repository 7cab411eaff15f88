package io.moka.machinery.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate authority of the cluster: signs the certificates of the cluster's components and the certificate requests of others.
public final class CertificateAuthority {

    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration CERTIFICATE_LIFE = Duration.ofDays(365);
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
    private static final Duration SHORT_LIFE = Duration.ofHours(8);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final TlsIdentity identity;
    private final InstantSource clock;

    private CertificateAuthority(TlsIdentity identity, InstantSource clock) {
        this.identity = identity;
        this.clock = clock;
    }

    public static CertificateAuthority create(String commonName, InstantSource clock) {
        var pair = newKeyPair();
        var name = new X500Name("CN=" + commonName);
        var now = clock.instant();
        var builder = builder(name, name, pair.getPublic(), now.minus(CLOCK_SKEW), now.plus(AUTHORITY_LIFE));
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature));
        } catch (CertIOException e) {
            throw new IllegalStateException(e);
        }
        return new CertificateAuthority(new TlsIdentity(pair.getPrivate(), List.of(sign(builder, pair))), clock);
    }

    public static CertificateAuthority read(Path certificate, Path key, InstantSource clock) throws IOException {
        return new CertificateAuthority(TlsIdentity.read(certificate, key), clock);
    }

    /// Reads the authority `<base>.crt` and `<base>.key`, or makes it where there is none yet.
    public static CertificateAuthority readOrCreate(Path base, String commonName, InstantSource clock) throws IOException {
        if (Files.exists(certificateFile(base)) && Files.exists(keyFile(base))) {
            return read(certificateFile(base), keyFile(base), clock);
        }
        var created = create(commonName, clock);
        write(created.identity, base);
        return created;
    }

    /// Signs a new key for the request.
    public TlsIdentity issue(CertificateRequest request) {
        var pair = newKeyPair();
        var now = clock.instant();
        var builder = builder(issuer(), subject(request), pair.getPublic(), now.minus(CLOCK_SKEW), now.plus(CERTIFICATE_LIFE));
        try {
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes(request.side())));
            if (!request.subjectNames().isEmpty()) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(
                        request.subjectNames().stream().map(CertificateAuthority::generalName).toArray(GeneralName[]::new)));
            }
        } catch (CertIOException e) {
            throw new IllegalStateException(e);
        }
        var signed = sign(builder, signer());
        return new TlsIdentity(pair.getPrivate(), List.of(signed));
    }

    private static KeyPurposeId[] purposes(CertificateRequest.Side side) {
        return switch (side) {
            case CLIENT -> new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth};
            case SERVER -> new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth};
            case PEER -> new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};
        };
    }

    /// Whether a certificate of this authority says what the request asks for: the names, the groups, the side.
    public boolean wouldIssue(CertificateRequest request, X509Certificate issued) {
        try {
            issued.verify(identity.chain().getFirst().getPublicKey());
            var wanted = new ArrayList<String>();
            for (var purpose : purposes(request.side())) {
                wanted.add(purpose.getId());
            }
            return X500Name.getInstance(issued.getSubjectX500Principal().getEncoded()).equals(subject(request))
                    && wanted.equals(issued.getExtendedKeyUsage()) && names(issued).equals(new TreeSet<>(request.subjectNames()));
        } catch (GeneralSecurityException notOurs) {
            return false;
        }
    }

    private static Set<String> names(X509Certificate issued) throws GeneralSecurityException {
        var names = new TreeSet<String>();
        var entries = issued.getSubjectAlternativeNames();
        if (entries != null) {
            entries.forEach(entry -> names.add(String.valueOf(entry.get(1))));
        }
        return names;
    }

    /// Signs a certificate request of another party: with the requested subject and names, never as an authority.
    ///
    /// The certificate is valid from a little before now, for clocks that are behind, and expires no later than the authority's own.
    ///
    /// @param usages by the names that the API has for them
    /// @throws IllegalArgumentException when there is no such usage
    /// @throws IllegalStateException when the authority's own time is over
    public X509Certificate sign(SigningRequest request, Collection<String> usages, Duration life) {
        var now = clock.instant();
        var authorityEnd = identity.chain().getFirst().getNotAfter().toInstant();
        if (!now.isBefore(authorityEnd)) {
            throw new IllegalStateException("refusing to sign a certificate that expired in the past: the authority's ends at " + authorityEnd);
        }
        // a long life includes the clock skew before now, so that it ends earlier; a short life counts from now in full
        var end = now.plus(life.compareTo(SHORT_LIFE) < 0 ? life : life.minus(CLOCK_SKEW));
        var builder = builder(issuer(), request.subject(), request.publicKey(), now.minus(CLOCK_SKEW), end.isBefore(authorityEnd) ? end : authorityEnd);
        try {
            extend(builder, request, Usages.of(usages));
        } catch (CertIOException e) {
            throw new IllegalStateException(e);
        }
        return sign(builder, signer());
    }

    private static void extend(X509v3CertificateBuilder builder, SigningRequest request, Usages usages) throws CertIOException {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        if (usages.bits() != 0) {
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(usages.bits()));
        }
        if (!usages.purposes().isEmpty()) {
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(usages.purposes().toArray(KeyPurposeId[]::new)));
        }
        if (!request.names().isEmpty()) {
            boolean only = request.subject().getRDNs().length == 0;
            builder.addExtension(Extension.subjectAlternativeName, only, new GeneralNames(request.names().toArray(GeneralName[]::new)));
        }
    }

    private X500Name issuer() {
        return X500Name.getInstance(identity.chain().getFirst().getSubjectX500Principal().getEncoded());
    }

    private KeyPair signer() {
        return new KeyPair(identity.chain().getFirst().getPublicKey(), identity.key());
    }

    /// Writes `<base>.crt` and `<base>.key`.
    public static void write(TlsIdentity identity, Path base) throws IOException {
        PrivateFiles.write(keyFile(base), keyPem(identity));
        PrivateFiles.write(certificateFile(base), certificatePem(identity));
    }

    public byte[] certificatePem() {
        return certificatePem(identity);
    }

    public static byte[] certificatePem(TlsIdentity identity) {
        try {
            return Pem.encode("CERTIFICATE", identity.chain().getFirst().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static byte[] keyPem(TlsIdentity identity) {
        return Pem.encode("PRIVATE KEY", identity.key().getEncoded());
    }

    /// The key as kubeconfigs have it: an EC key after RFC 5915, in which all clients read it; some don't read it as PKCS#8.
    public static byte[] kubeconfigKeyPem(TlsIdentity identity) throws IOException {
        return identity.key().getAlgorithm().equals("EC")
                ? Pem.encode(Rfc5915.LABEL, Rfc5915.encode(identity.key(), identity.chain().getFirst().getPublicKey()))
                : keyPem(identity);
    }

    /// A fresh EC P-256 pair.
    public static KeyPair newKeyPair() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no EC P-256", e);
        }
    }

    private static Path certificateFile(Path base) {
        return base.resolveSibling(base.getFileName() + ".crt");
    }

    private static Path keyFile(Path base) {
        return base.resolveSibling(base.getFileName() + ".key");
    }

    private static X500Name subject(CertificateRequest request) {
        var name = new X500NameBuilder(BCStyle.INSTANCE);
        request.organizations().forEach(organization -> name.addRDN(BCStyle.O, organization));
        return name.addRDN(BCStyle.CN, request.commonName()).build();
    }

    private static GeneralName generalName(String name) {
        boolean address = name.contains(":") || name.matches("[0-9.]+");
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name);
    }

    private static X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, PublicKey key, Instant begin, Instant end) {
        return new JcaX509v3CertificateBuilder(issuer, new BigInteger(127, RANDOM).add(BigInteger.ONE), Date.from(begin), Date.from(end), subject, key);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair signer) {
        try {
            var algorithm = signer.getPrivate().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            return new JcaX509CertificateConverter().getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot sign a certificate", e);
        }
    }
}
