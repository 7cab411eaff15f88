package io.moka.controllers.certificates;

import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestCondition;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestConditionBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestStatus;
import io.moka.machinery.client.Json;
import io.moka.machinery.pki.SigningRequest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the conditions, the certificate and the contents of a certificate signing request.
final class Requests {

    static final String APPROVED = "Approved";
    static final String DENIED = "Denied";
    static final String FAILED = "Failed";

    private Requests() {
    }

    static SigningRequest parse(CertificateSigningRequest request) throws SigningRequest.Malformed {
        return SigningRequest.parse(Base64.getDecoder().decode(request.getSpec().getRequest()));
    }

    static String certificate(CertificateSigningRequest request) {
        var certificate = request.getStatus() == null ? null : request.getStatus().getCertificate();
        return certificate == null ? "" : certificate;
    }

    static List<CertificateSigningRequestCondition> conditions(CertificateSigningRequest request) {
        return request.getStatus() == null ? List.of() : request.getStatus().getConditions();
    }

    static @Nullable CertificateSigningRequestCondition condition(CertificateSigningRequest request, String type) {
        return conditions(request).stream().filter(condition -> condition.getType().equals(type)).findFirst().orElse(null);
    }

    static boolean has(CertificateSigningRequest request, String type) {
        return condition(request, type) != null;
    }

    /// A copy that has one condition more; the server writes its times.
    static CertificateSigningRequest with(CertificateSigningRequest request, String type, String reason, String message) {
        var changed = Json.copy(request);
        if (changed.getStatus() == null) {
            changed.setStatus(new CertificateSigningRequestStatus());
        }
        var conditions = new ArrayList<>(changed.getStatus().getConditions());
        conditions.add(new CertificateSigningRequestConditionBuilder().withType(type).withStatus("True").withReason(reason).withMessage(message).build());
        changed.getStatus().setConditions(conditions);
        return changed;
    }
}
