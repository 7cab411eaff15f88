package io.moka.apiserver.front.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.CertificateRequest;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// New files of the server's certificate and of its clients' authorities count without a new start.
final class CertificateReloadTest {
    @TempDir
    private Path folder;

    private static BigInteger serial(TestServer server) {
        try (var socket = (SSLSocket) TlsIdentity.clientContext(TestPki.shared().authorityPem(), null).getSocketFactory().createSocket("127.0.0.1", server.port())) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void certificateAndAuthoritiesAreTakenOver() throws Exception {
        for (String file : new String[] {"apiserver.crt", "apiserver.key", "ca.crt"}) {
            Files.copy(TestPki.shared().file(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        var other = CertificateAuthority.create("other", InstantSource.system());
        var stranger = other.issue(CertificateRequest.client("stranger", "system:masters"));
        try (TestServer server = TestServer.start("--tls-cert-file=" + folder.resolve("apiserver.crt"), "--tls-private-key-file=" + folder.resolve("apiserver.key"), "--client-ca-file=" + folder.resolve("ca.crt"))) {
            var first = serial(server);
            assertEquals(401, server.as(stranger).get("/api/v1/namespaces").code());
            var renewed = TestPki.shared().serving("localhost", "127.0.0.1");
            Files.write(folder.resolve("apiserver.key"), CertificateAuthority.keyPem(renewed));
            assertEquals(first, serial(server), "half a pair changes nothing");
            Files.write(folder.resolve("apiserver.crt"), CertificateAuthority.certificatePem(renewed));
            Files.writeString(folder.resolve("ca.crt"), new String(other.certificatePem()) + new String(TestPki.shared().authorityPem()));
            TestServer.await("the new certificate is shown", () -> serial(server).equals(renewed.chain().getFirst().getSerialNumber()));
            assertNotEquals(first, serial(server));
            TestServer.await("the new authority counts", () -> server.as(stranger).get("/api/v1/namespaces").code() == 200);
            assertEquals(200, server.admin().get("/api/v1/namespaces").code(), "the old one still does");
            Files.write(folder.resolve("ca.crt"), TestPki.shared().authorityPem());
            TestServer.await("an authority that is gone counts no more", () -> server.as(stranger).get("/api/v1/namespaces").code() == 401);
        }
    }

    /// A certificate has one side: a server's does not identify a client.
    @Test
    void aServersCertificateIsNoClients() {
        try (TestServer server = TestServer.start()) {
            assertEquals(401, server.as(TestPki.shared().serving("system.masters")).get("/api/v1/namespaces").code());
            assertEquals(401, server.as(CertificateAuthority.create("kubelet-client-ca", InstantSource.system()).issue(CertificateRequest.client("kube-apiserver-kubelet-client", "system:masters"))).get("/api/v1/namespaces").code());
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }
}
