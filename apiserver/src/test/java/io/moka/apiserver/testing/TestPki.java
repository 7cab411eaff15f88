package io.moka.apiserver.testing;

import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.CertificateRequest;
import io.moka.machinery.pki.Pem;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Certificates and keys for test servers, made once.
public final class TestPki {
    private static @Nullable TestPki shared;

    final Path folder;
    private final CertificateAuthority authority;

    private TestPki() throws IOException {
        folder = Files.createTempDirectory("moka-pki-");
        authority = CertificateAuthority.create("kubernetes", InstantSource.system());
        Files.write(folder.resolve("ca.crt"), authority.certificatePem());
        CertificateAuthority.write(authority.issue(CertificateRequest.server("kube-apiserver", List.of("localhost", "127.0.0.1"))), folder.resolve("apiserver"));
        KeyPair account = CertificateAuthority.newKeyPair();
        Files.write(folder.resolve("sa.key"), Pem.encode("PRIVATE KEY", account.getPrivate().getEncoded()));
        Files.write(folder.resolve("sa.pub"), Pem.encode("PUBLIC KEY", account.getPublic().getEncoded()));
    }

    public static synchronized TestPki shared() {
        try {
            if (shared == null) {
                shared = new TestPki();
            }
            return shared;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public TlsIdentity client(String user, String... groups) {
        return authority.issue(CertificateRequest.client(user, groups));
    }

    /// Issues a server certificate from the authority that also signs the clients' certificates.
    public TlsIdentity serving(String... names) {
        return authority.issue(CertificateRequest.server("test-server", List.of(names)));
    }

    /// Returns the TLS context of a server with the given names (DNS names or addresses). It asks clients for a certificate but does not require one.
    public javax.net.ssl.SSLContext serverContext(String... names) {
        TlsIdentity identity = authority.issue(CertificateRequest.server("test-server", List.of(names)));
        try {
            return identity.serverContext(authority.certificatePem());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public byte[] authorityPem() {
        return authority.certificatePem();
    }

    public Path file(String name) {
        return folder.resolve(name);
    }
}
