package io.moka.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.authn.UserInfo;
import io.moka.apiserver.authz.Attributes;
import io.moka.apiserver.authz.Authorizer;
import io.moka.apiserver.authz.Decision;
import io.moka.apiserver.certificates.CertificateRequest;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.status.ApiException;
import java.security.GeneralSecurityException;
import java.util.Base64;

/// Certificate requests carry the name of who made them; only those who may `approve` or `sign` for a signer do, and nobody gets a certificate
/// of `system:masters` this way. Upstream's CertificateApproval, CertificateSigning and CertificateSubjectRestriction.
public final class CertificateAdmission implements AdmissionPlugin {
    private static final String GROUP = "certificates.k8s.io";

    private final Authorizer authorizer;

    public CertificateAdmission(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    private static boolean concerns(AdmissionRequest request) {
        return request.type().group().equals(GROUP) && request.type().plural().equals("certificatesigningrequests");
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (!concerns(request) || request.operation() != AdmissionRequest.Operation.CREATE) {
            return;
        }
        UserInfo user = request.user();
        ObjectNode spec = Json.child(request.newObject(), "spec");
        spec.put("username", user.name());
        spec.remove("uid");
        spec.remove("extra");
        if (!user.uid().isEmpty()) {
            spec.put("uid", user.uid());
        }
        user.groups().forEach(spec.putArray("groups")::add);
        user.extra().forEach((key, values) -> values.forEach(value -> Json.child(spec, "extra").withArray(key).add(value)));
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (!concerns(request) || request.object() == null) {
            return;
        }
        switch (request.subresource()) {
            case "" -> {
                if (request.operation() == AdmissionRequest.Operation.CREATE) {
                    refuseMasters(request);
                }
            }
            case "approval" -> requireSigner(request, "approve");
            case "status" -> {
                if (request.oldObject() == null || !Json.text(request.oldObject(), "status", "certificate").equals(Json.text(request.newObject(), "status", "certificate"))) {
                    requireSigner(request, "sign");
                }
            }
            default -> { }
        }
    }

    private static void refuseMasters(AdmissionRequest request) {
        if (!Json.text(request.newObject(), "spec", "signerName").equals("kubernetes.io/kube-apiserver-client")) {
            return;
        }
        try {
            byte[] encoded = Base64.getDecoder().decode(Json.text(request.newObject(), "spec", "request"));
            if (CertificateRequest.parse(encoded).organizations().contains("system:masters")) {
                throw forbidden(request, "use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed");
            }
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            throw forbidden(request, "failed to parse CSR: " + malformed.getMessage());
        }
    }

    private void requireSigner(AdmissionRequest request, String verb) {
        ObjectNode known = request.oldObject() == null ? request.newObject() : request.oldObject();
        String signer = Json.text(known, "spec", "signerName");
        int slash = signer.indexOf('/');
        if (!may(request.user(), verb, signer) && !(slash > 0 && may(request.user(), verb, signer.substring(0, slash) + "/*"))) {
            throw forbidden(request, "user not permitted to " + verb + " requests with signerName \"" + signer + "\"");
        }
    }

    private boolean may(UserInfo user, String verb, String signer) {
        return authorizer.authorize(new Attributes(user, verb, GROUP, "*", "signers", "", "", signer, true, "")) instanceof Decision.Allow;
    }

    private static ApiException forbidden(AdmissionRequest request, String why) {
        return ApiException.forbidden(GROUP, request.type().plural(), request.name(), why);
    }
}
