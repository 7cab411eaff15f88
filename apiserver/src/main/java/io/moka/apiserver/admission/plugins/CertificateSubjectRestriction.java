package io.moka.apiserver.admission.plugins;

import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.front.certificates.CertificateRequest;
import java.security.GeneralSecurityException;
import java.util.Base64;

/// Rejects requests for client certificates of the group `system:masters`, and requests that cannot be parsed.
public final class CertificateSubjectRestriction implements AdmissionPlugin {
    private static final String SIGNER = "kubernetes.io/kube-apiserver-client";

    @Override
    public void validate(AdmissionRequest request) {
        boolean concerned = CertificateSigners.concerns(request) && request.operation() == AdmissionRequest.Operation.CREATE && request.subresource().isEmpty();
        if (!concerned || !Json.text(request.newObject(), "spec", "signerName").equals(SIGNER)) {
            return;
        }
        try {
            byte[] encoded = Base64.getDecoder().decode(Json.text(request.newObject(), "spec", "request"));
            if (CertificateRequest.parse(encoded).organizations().contains("system:masters")) {
                throw forbidden(request, "use of " + SIGNER + " signer with system:masters group is not allowed");
            }
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            throw forbidden(request, "failed to parse CSR: " + malformed.getMessage());
        }
    }

    private static ApiException forbidden(AdmissionRequest request, String why) {
        return ApiException.forbidden(CertificateSigners.GROUP, request.type().plural(), request.name(), why);
    }
}
