package io.moka.controllers.certificates;

import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.Pem;
import io.moka.machinery.pki.SigningRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Signs one approved request, or writes the reason for the failure into its status.
final class SigningReconciler implements Reconciler<ObjectKey> {

    private static final Duration SHORTEST = Duration.ofMinutes(10);

    private final Lister<CertificateSigningRequest> requests;
    private final Resources<CertificateSigningRequest> writer;
    private final Path certificate;
    private final Path key;
    private final Duration longest;
    private final InstantSource clock;

    SigningReconciler(ControllerContext context, Path certificate, Path key, Duration longest) {
        this.requests = context.informers().of(CertificateSigningRequest.class).lister();
        this.writer = context.client().resources(CertificateSigningRequest.class);
        this.certificate = certificate;
        this.key = key;
        this.longest = longest;
        this.clock = context.clock();
    }

    @Override
    public Outcome reconcile(ObjectKey name) throws IOException, CertificateEncodingException {
        var request = requests.get(name);
        if (request == null || !isWaiting(request)) {
            return Outcome.DONE;
        }
        try {
            answer(request, Requests.parse(request));
            return Outcome.DONE;
        } catch (SigningRequest.Malformed e) {
            return Outcome.terminal(String.valueOf(e.getMessage()));
        }
    }

    private void answer(CertificateSigningRequest request, SigningRequest parsed) throws IOException, CertificateEncodingException {
        var spec = request.getSpec();
        switch (SignerRules.judge(spec.getSignerName(), parsed, spec.getUsages())) {
            case SignerRules.Verdict.Foreign foreign -> { }
            case SignerRules.Verdict.Refused(var why) -> writer.updateStatus(Requests.with(request, Requests.FAILED, "SignerValidationFailure", why));
            case SignerRules.Verdict.Good good -> {
                var authority = CertificateAuthority.read(certificate, key, clock);
                var signed = authority.sign(parsed, spec.getUsages(), life(spec.getExpirationSeconds(), longest));
                var changed = Json.copy(request);
                changed.getStatus().setCertificate(Base64.getEncoder().encodeToString(Pem.encode("CERTIFICATE", signed.getEncoded())));
                writer.updateStatus(changed);
            }
        }
    }

    private static boolean isWaiting(CertificateSigningRequest request) {
        return SignerRules.isOurs(request.getSpec().getSignerName()) && Requests.has(request, Requests.APPROVED)
                && !Requests.has(request, Requests.DENIED) && !Requests.has(request, Requests.FAILED) && Requests.certificate(request).isEmpty();
    }

    static Duration life(@Nullable Integer askedSeconds, Duration longest) {
        if (askedSeconds == null || Duration.ofSeconds(askedSeconds).compareTo(longest) > 0) {
            return longest;
        }
        var asked = Duration.ofSeconds(askedSeconds);
        return asked.compareTo(SHORTEST) < 0 ? SHORTEST : asked;
    }
}
