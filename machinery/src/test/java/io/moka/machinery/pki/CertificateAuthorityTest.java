package io.moka.machinery.pki;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Certificates that the authority issues, and the connections that are made with them.
class CertificateAuthorityTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void aCertificateSaysWhatWasAskedFor() throws Exception {
        var authority = CertificateAuthority.create("test-ca", InstantSource.fixed(NOW));
        var issued = authority.issue(CertificateRequest.client("system:node:a", "system:nodes", "x,y=z")).chain().getFirst();
        var root = Pem.certificates(authority.certificatePem()).getFirst();
        issued.verify(root.getPublicKey());
        assertTrue(issued.getSubjectX500Principal().getName().contains("CN=system:node:a"), "the user");
        assertTrue(issued.getSubjectX500Principal().getName().contains("O=x\\,y\\=z"), "a group with odd characters stays one group");
        assertEquals(List.of("1.3.6.1.5.5.7.3.2"), issued.getExtendedKeyUsage(), "a client only");
        assertEquals(-1, issued.getBasicConstraints(), "no authority");
        assertTrue(root.getBasicConstraints() >= 0);
        issued.checkValidity(java.util.Date.from(NOW.minus(Duration.ofMinutes(4))));
        issued.checkValidity(java.util.Date.from(NOW.plus(Duration.ofDays(364))));
        assertThrows(CertificateException.class, () -> issued.checkValidity(java.util.Date.from(NOW.plus(Duration.ofDays(366)))));
    }

    @Test
    void aServersNamesAreNamesAndAddresses() throws Exception {
        var authority = CertificateAuthority.create("test-ca", InstantSource.fixed(NOW));
        var names = authority.issue(CertificateRequest.server("s", List.of("localhost", "10.96.0.1", "::1", "a.b.svc"))).chain().getFirst()
                .getSubjectAlternativeNames().stream().map(name -> name.get(0) + "=" + name.get(1)).toList();
        assertEquals(List.of("2=localhost", "7=10.96.0.1", "7=0:0:0:0:0:0:0:1", "2=a.b.svc"), names);
    }

    @Test
    void anAuthorityOnDiskIsReadAgainAndItsKeyIsPrivate() throws IOException {
        var base = folder.resolve("pki").resolve("ca");
        var first = CertificateAuthority.readOrCreate(base, "test-ca", InstantSource.system());
        var second = CertificateAuthority.readOrCreate(base, "test-ca", InstantSource.system());
        assertArrayEquals(first.certificatePem(), second.certificatePem());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("pki/ca.key"))));
        try (var files = Files.list(folder.resolve("pki"))) {
            assertEquals(2, files.count(), "no temporary file is left");
        }
    }

    @Test
    void whatIsNoPemIsRefused() {
        var text = "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----".getBytes(StandardCharsets.US_ASCII);
        assertThrows(IOException.class, () -> Pem.certificates(text));
        assertEquals("no PEM block \"PRIVATE KEY\"", assertThrows(IOException.class, () -> Pem.privateKey(text)).getMessage());
        assertEquals("neither an EC nor an RSA key",
                assertThrows(IOException.class, () -> Pem.privateKey(Pem.encode("PRIVATE KEY", new byte[] {1, 2, 3}))).getMessage());
    }

    @Test
    void publicKeysSurviveTheirText() throws IOException {
        var pair = CertificateAuthority.newKeyPair();
        assertEquals(pair.getPublic(), Pem.publicKey(Pem.encode("PUBLIC KEY", pair.getPublic().getEncoded())));
        assertEquals(pair.getPrivate(), Pem.privateKey(Pem.encode("PRIVATE KEY", pair.getPrivate().getEncoded())));
    }

    @Test
    void bothSidesOfAConnectionKnowEachOther() throws Exception {
        var authority = CertificateAuthority.create("test-ca", InstantSource.system());
        var client = authority.issue(CertificateRequest.client("alice", "team"));
        assertEquals("CN=alice,O=team", meet(authority, TlsIdentity.clientContext(authority.certificatePem(), client)));
    }

    @Test
    void aStrangersCertificateIsRefused() throws Exception {
        var authority = CertificateAuthority.create("test-ca", InstantSource.system());
        var stranger = CertificateAuthority.create("test-ca", InstantSource.system()).issue(CertificateRequest.client("alice", "team"));
        var refused = meet(authority, TlsIdentity.clientContext(authority.certificatePem(), stranger));
        assertTrue(refused.startsWith("refused"), refused);
    }

    @Test
    void aServerOfAnotherAuthorityIsRefused() throws Exception {
        var authority = CertificateAuthority.create("test-ca", InstantSource.system());
        var other = CertificateAuthority.create("test-ca", InstantSource.system());
        assertThrows(SSLException.class, () -> meet(authority, TlsIdentity.clientContext(other.certificatePem(), null)));
    }

    /// Connects once; returns whom the server saw.
    private static String meet(CertificateAuthority authority, SSLContext client) throws Exception {
        var identity = authority.issue(CertificateRequest.server("localhost", List.of("localhost")));
        var context = identity.serverContext(authority.certificatePem());
        var saw = new ArrayBlockingQueue<String>(1);
        try (var listening = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            listening.setNeedClientAuth(true);
            Thread.ofVirtual().start(() -> {
                try (var accepted = (SSLSocket) listening.accept()) {
                    accepted.startHandshake();
                    saw.add(((X509Certificate) accepted.getSession().getPeerCertificates()[0]).getSubjectX500Principal().getName());
                    accepted.getOutputStream().write(1);
                } catch (IOException e) {
                    saw.add("refused: " + e.getMessage());
                }
            });
            try (var socket = (SSLSocket) client.getSocketFactory().createSocket("localhost", listening.getLocalPort())) {
                socket.startHandshake();
            } catch (SocketException theServerHasGone) {
                // it has refused the client before the client was done
                return saw.poll(30, TimeUnit.SECONDS);
            }
            return saw.poll(30, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            the same request                | s     | o   | localhost 10.0.0.1 | SERVER | true
            the names in another order      | s     | o   | 10.0.0.1 localhost | SERVER | true
            another name                    | t     | o   | localhost 10.0.0.1 | SERVER | false
            another group                   | s     | p   | localhost 10.0.0.1 | SERVER | false
            one more group                  | s     | o p | localhost 10.0.0.1 | SERVER | false
            one more address                | s     | o   | localhost 10.0.0.1 10.0.0.2 | SERVER | false
            one name fewer                  | s     | o   | localhost          | SERVER | false
            the other side                  | s     | o   | localhost 10.0.0.1 | CLIENT | false
            both sides                      | s     | o   | localhost 10.0.0.1 | PEER   | false
            """)
    void aCertificateIsKeptOnlyWhileItSaysWhatIsAskedFor(String what, String name, String groups, String names, CertificateRequest.Side side, boolean kept) {
        var authority = CertificateAuthority.create("test-ca", InstantSource.fixed(NOW));
        var issued = authority.issue(new CertificateRequest("s", List.of("o"), List.of("localhost", "10.0.0.1"), CertificateRequest.Side.SERVER)).chain().getFirst();
        var request = new CertificateRequest(name, List.of(groups.split(" ")), List.of(names.split(" ")), side);
        assertEquals(kept, authority.wouldIssue(request, issued), what);
        assertFalse(CertificateAuthority.create("test-ca", InstantSource.fixed(NOW)).wouldIssue(request, issued), "of another authority with the same name");
    }

    @Test
    void aKeyAndTheCertificateOfAnotherDoNotBelongTogether() throws IOException {
        var authority = CertificateAuthority.create("test-ca", InstantSource.fixed(NOW));
        var one = authority.issue(CertificateRequest.client("one"));
        var two = authority.issue(CertificateRequest.client("two"));
        assertTrue(TlsIdentity.parse(CertificateAuthority.certificatePem(one), CertificateAuthority.keyPem(one)).belongsTogether());
        assertFalse(TlsIdentity.parse(CertificateAuthority.certificatePem(one), CertificateAuthority.keyPem(two)).belongsTogether());
    }

    @Test
    void severalCertificatesInOneTextAreReadInTheirOrder() throws IOException {
        var first = CertificateAuthority.create("first", InstantSource.fixed(NOW)).certificatePem();
        var second = CertificateAuthority.create("second", InstantSource.fixed(NOW)).certificatePem();
        var both = new String(first, StandardCharsets.US_ASCII) + "# a comment\n" + new String(second, StandardCharsets.US_ASCII);
        assertEquals(List.of("CN=first", "CN=second"),
                Pem.certificates(both.getBytes(StandardCharsets.US_ASCII)).stream().map(one -> one.getSubjectX500Principal().getName()).toList());
    }
}
