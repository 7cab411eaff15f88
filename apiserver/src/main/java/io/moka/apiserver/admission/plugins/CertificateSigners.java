package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.access.Authorizer;
import io.moka.apiserver.core.access.Decision;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.status.ApiException;

/// Requires permission to `approve` or `sign` for the signer of a certificate signing request. Upstream's CertificateApproval and CertificateSigning.
public final class CertificateSigners implements AdmissionPlugin {
    static final String GROUP = "certificates.k8s.io";

    private final Authorizer authorizer;
    private final Act act;

    private enum Act { APPROVE, SIGN }

    private CertificateSigners(Authorizer authorizer, Act act) {
        this.authorizer = authorizer;
        this.act = act;
    }

    public static CertificateSigners approval(Authorizer authorizer) {
        return new CertificateSigners(authorizer, Act.APPROVE);
    }

    public static CertificateSigners signing(Authorizer authorizer) {
        return new CertificateSigners(authorizer, Act.SIGN);
    }

    static boolean concerns(AdmissionRequest request) {
        return request.type().group().equals(GROUP) && request.type().plural().equals("certificatesigningrequests");
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (!concerns(request) || request.object() == null) {
            return;
        }
        switch (act) {
            case APPROVE -> {
                if (request.subresource().equals("approval")) {
                    requireSigner(request, "approve");
                }
            }
            case SIGN -> {
                if (request.subresource().equals("status") && changesCertificate(request)) {
                    requireSigner(request, "sign");
                }
            }
        }
    }

    private static boolean changesCertificate(AdmissionRequest request) {
        return request.oldObject() == null || !Json.text(request.oldObject(), "status", "certificate").equals(Json.text(request.newObject(), "status", "certificate"));
    }

    private void requireSigner(AdmissionRequest request, String verb) {
        ObjectNode known = request.oldObject() == null ? request.newObject() : request.oldObject();
        String signer = Json.text(known, "spec", "signerName");
        int slash = signer.indexOf('/');
        if (!may(request.user(), verb, signer) && !(slash > 0 && may(request.user(), verb, signer.substring(0, slash) + "/*"))) {
            throw ApiException.forbidden(GROUP, request.type().plural(), request.name(), "user not permitted to " + verb + " requests with signerName \"" + signer + "\"");
        }
    }

    private boolean may(UserInfo user, String verb, String signer) {
        return authorizer.authorize(new Attributes(user, verb, GROUP, "*", "signers", "", "", signer, true, "")) instanceof Decision.Allow;
    }
}
