package io.moka.machinery.pki;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.interfaces.ECPrivateKey;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {

    /// Made by OpenSSL.
    private static final String P256 = """
            -----BEGIN EC PRIVATE KEY-----
            MHcCAQEEIHOskrTeyuGUjL81yHgpUC8/+cpo9IkQIoTyV9YW9DiPoAoGCCqGSM49
            AwEHoUQDQgAEx4DWUqwX6m/jP9FWDz7ilzxzL35a4ApHtwOPhMWftUWuXD24fHrR
            mMH1XGDtxGx8DomKSxw1+q0IHY8EFygqmA==
            -----END EC PRIVATE KEY-----
            """;
    private static final String P384 = """
            -----BEGIN EC PRIVATE KEY-----
            MIGkAgEBBDBQTcGqIkuGb7jICT5h23lLpCRjnc1wZ2UuAwvWlNfmPM+9Jik3Gxib
            EK4Ga9+EUDegBwYFK4EEACKhZANiAARFotDBFpqGsrpX4N4CKrMbpUDVtcwblPbQ
            beTlKOI3XRqn8jww6NsySRw9kuAJQ1gLuRwaMr0mRrJx/nG2H7Uo6vlfuIHDUGfA
            n1Pa7yiLY/nUUH+HXtAZA7IoRg2wVtU=
            -----END EC PRIVATE KEY-----
            """;

    @ParameterizedTest
    @ValueSource(strings = {P256, P384})
    void keyThatOpensslMadeIsRead(String pem) throws IOException {
        var key = (ECPrivateKey) Pem.privateKey(pem.getBytes(US_ASCII));
        assertEquals(pem.equals(P256) ? 256 : 384, key.getParams().getOrder().bitLength());
    }

    @Test
    void keyOfAKubeconfigIsTheSameKey() throws IOException {
        var identity = CertificateAuthority.create("test-ca", InstantSource.system()).issue(CertificateRequest.client("somebody"));
        var pem = CertificateAuthority.kubeconfigKeyPem(identity);
        assertTrue(new String(pem, US_ASCII).startsWith("-----BEGIN EC PRIVATE KEY-----"));
        assertEquals(((ECPrivateKey) identity.key()).getS(), ((ECPrivateKey) Pem.privateKey(pem)).getS());
        assertArrayEquals(pem, CertificateAuthority.kubeconfigKeyPem(new TlsIdentity(Pem.privateKey(pem), identity.chain())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MA==", "MHc=", "MHcCAQEEIHOs", "MP////8=", "BAA="})
    void keyThatIsNoneIsAnIoException(String base64) {
        var pem = "-----BEGIN EC PRIVATE KEY-----\n" + base64 + "\n-----END EC PRIVATE KEY-----\n";
        assertThrows(IOException.class, () -> Pem.privateKey(pem.getBytes(US_ASCII)));
    }
}
