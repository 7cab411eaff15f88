package io.moka.controllers.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestConditionBuilder;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.Pem;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When a request goes.
class CleaningTest {

    private static final String MADE = "2026-01-01T00:00:00Z";

    @ParameterizedTest(name = "{0} at {1}: goes at {2}")
    @CsvSource(nullValues = "none", value = {
        "none,     none,                 2026-01-02T00:00:00Z",
        "Approved, 2026-01-01T02:00:00Z, 2026-01-01T03:00:00Z",
        "Denied,   2026-01-01T02:00:00Z, 2026-01-01T03:00:00Z",
        "Failed,   2026-01-01T02:00:00Z, 2026-01-01T03:00:00Z",
        "Approved, 2026-01-01T23:30:00Z, 2026-01-02T00:00:00Z",
        "Reviewed, 2026-01-01T02:00:00Z, 2026-01-02T00:00:00Z"})
    void aRequestGoesSomeTimeAfterItWasDecided(String condition, String at, Instant expected) {
        var request = new CertificateSigningRequestBuilder().withNewMetadata().withName("r").withCreationTimestamp(MADE).endMetadata();
        var conditions = condition == null ? List.<io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestCondition>of()
                : List.of(new CertificateSigningRequestConditionBuilder().withType(condition).withStatus("True").withLastUpdateTime(at).build());
        assertEquals(expected, CleaningReconciler.end(request.withNewStatus().withConditions(conditions).endStatus().build()));
    }

    @Test
    void aRequestGoesWithItsCertificatesEnd() throws Exception {
        var authority = CertificateAuthority.create("ca", () -> Instant.parse(MADE));
        var signed = authority.sign(SigningRequests.of("CN=ann"), List.of("client auth"), Duration.ofMinutes(10));
        var request = new CertificateSigningRequestBuilder().withNewMetadata().withName("r").withCreationTimestamp(MADE).endMetadata().withNewStatus()
                .withCertificate(Base64.getEncoder().encodeToString(Pem.encode("CERTIFICATE", signed.getEncoded()))).endStatus();
        assertEquals(Instant.parse("2026-01-01T00:10:00Z"), CleaningReconciler.end(request.build()));
        var foreign = request.editStatus().withCertificate(Base64.getEncoder().encodeToString("nothing".getBytes(UTF_8))).endStatus();
        assertEquals(Instant.parse("2026-01-02T00:00:00Z"), CleaningReconciler.end(foreign.build()));
    }
}
