package io.moka.machinery.pki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// A private key with the certificate chain that proves its owner.
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {

    public static TlsIdentity parse(byte[] certificatePem, byte[] keyPem) throws IOException {
        return new TlsIdentity(Pem.privateKey(keyPem), Pem.certificates(certificatePem));
    }

    public static TlsIdentity read(Path certificate, Path key) throws IOException {
        return parse(Files.readAllBytes(certificate), Files.readAllBytes(key));
    }

    /// Whether the certificate belongs to this key.
    public boolean belongsTogether() {
        try {
            var algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256with" + key.getAlgorithm();
            var proof = "proof".getBytes(StandardCharsets.US_ASCII);
            var signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(proof);
            var verifier = Signature.getInstance(algorithm);
            verifier.initVerify(chain.getFirst().getPublicKey());
            verifier.update(proof);
            return verifier.verify(signer.sign());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /// Returns a context for a client, which trusts this authority alone (the JDK's own where null) and presents the identity, where there is one.
    public static SSLContext clientContext(byte @Nullable [] authorityPem, @Nullable TlsIdentity identity) throws IOException {
        return context(identity, authorityPem == null ? null : Pem.certificates(authorityPem));
    }

    /// Returns the TLS parameters of a client of the API: with TLS 1.3, only ChaCha20. Processes that only the quick compiler compiles, as most of
    /// Moka's, do not use the processor's AES instructions, and encrypt six times as fast with ChaCha20. Every server that speaks TLS 1.3 supports it,
    /// except FIPS builds.
    public static SSLParameters clientParameters(SSLContext context) {
        var parameters = context.getDefaultSSLParameters();
        parameters.setCipherSuites(Arrays.stream(parameters.getCipherSuites()).filter(suite -> !suite.startsWith("TLS_AES_")).toArray(String[]::new));
        return parameters;
    }

    /// Returns the cipher suites of a server in such a process, in its order of preference: ChaCha20 comes first, so that only clients without it get AES.
    public static List<String> serverSuites() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[0], null);
            return Arrays.stream(context.getDefaultSSLParameters().getCipherSuites()).sorted(Comparator.comparing(suite -> !suite.contains("CHACHA20"))).toList();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Returns a context for a server; clients may present a certificate of the authority.
    public SSLContext serverContext(byte[] clientAuthorityPem) throws IOException {
        return context(this, Pem.certificates(clientAuthorityPem));
    }

    private static SSLContext context(@Nullable TlsIdentity identity, @Nullable List<X509Certificate> authorities) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(identity == null ? null : keyManagers(identity), authorities == null ? null : trustManagers(authorities), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("unusable TLS identity: " + e.getMessage(), e);
        }
    }

    private static KeyManager[] keyManagers(TlsIdentity identity) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        var password = new char[0];
        store.setKeyEntry("identity", identity.key, password, identity.chain.toArray(X509Certificate[]::new));
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }

    private static TrustManager[] trustManagers(List<X509Certificate> authorities) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("authority-" + i, authorities.get(i));
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
