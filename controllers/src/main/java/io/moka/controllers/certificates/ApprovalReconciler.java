package io.moka.controllers.certificates;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.pki.SigningRequest;
import java.time.Duration;

/// Approves one request for a kubelet's client certificate, if RBAC allows the requester to create the subresource `nodeclient`, or `selfnodeclient` for a
/// kubelet that renews its own certificate.
final class ApprovalReconciler implements Reconciler<ObjectKey> {

    private static final Duration ASK_AGAIN = Duration.ofSeconds(30);

    private final Lister<CertificateSigningRequest> requests;
    private final Resources<CertificateSigningRequest> writer;
    private final Resources<SubjectAccessReview> reviews;

    ApprovalReconciler(ControllerContext context) {
        this.requests = context.informers().of(CertificateSigningRequest.class).lister();
        this.writer = context.client().resources(CertificateSigningRequest.class);
        this.reviews = context.client().resources(SubjectAccessReview.class);
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var request = requests.get(key);
        if (request == null || !isUndecided(request)) {
            return Outcome.DONE;
        }
        try {
            return decide(request, Requests.parse(request));
        } catch (SigningRequest.Malformed e) {
            return Outcome.terminal(String.valueOf(e.getMessage()));
        }
    }

    private Outcome decide(CertificateSigningRequest request, SigningRequest parsed) {
        if (!(SignerRules.judge(SignerRules.KUBELET_CLIENT, parsed, request.getSpec().getUsages()) instanceof SignerRules.Verdict.Good)) {
            return Outcome.DONE;
        }
        if (parsed.commonName().equals(request.getSpec().getUsername()) && may(request, "selfnodeclient")) {
            return approve(request, "Auto approving self kubelet client certificate after SubjectAccessReview.");
        }
        if (may(request, "nodeclient")) {
            return approve(request, "Auto approving kubelet client certificate after SubjectAccessReview.");
        }
        // a binding may come later, and nothing would tell
        return Outcome.requeueAfter(ASK_AGAIN);
    }

    private static boolean isUndecided(CertificateSigningRequest request) {
        return request.getSpec().getSignerName().equals(SignerRules.KUBELET_CLIENT) && Requests.certificate(request).isEmpty()
                && !Requests.has(request, Requests.APPROVED) && !Requests.has(request, Requests.DENIED);
    }

    private boolean may(CertificateSigningRequest request, String subresource) {
        var spec = request.getSpec();
        var answer = reviews.create(new SubjectAccessReviewBuilder().withNewMetadata().endMetadata().withNewSpec()
                .withUser(spec.getUsername()).withUid(spec.getUid()).withGroups(spec.getGroups()).withExtra(spec.getExtra())
                .withNewResourceAttributes().withGroup("certificates.k8s.io").withVersion("*").withResource("certificatesigningrequests")
                .withSubresource(subresource).withVerb("create").endResourceAttributes()
                .endSpec().build());
        return Boolean.TRUE.equals(answer.getStatus().getAllowed());
    }

    private Outcome approve(CertificateSigningRequest request, String message) {
        writer.updateSubresource(Requests.with(request, Requests.APPROVED, "AutoApproved", message), "approval");
        return Outcome.DONE;
    }
}
