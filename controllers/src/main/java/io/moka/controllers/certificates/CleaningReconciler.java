package io.moka.controllers.certificates;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Times;
import io.moka.machinery.pki.Pem;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Deletes one request when it has expired: an hour after it was decided, a day after it was created, or when its certificate expires.
final class CleaningReconciler implements Reconciler<ObjectKey> {

    private static final Duration DECIDED = Duration.ofHours(1);
    private static final Duration PENDING = Duration.ofHours(24);

    private final Lister<CertificateSigningRequest> requests;
    private final Resources<CertificateSigningRequest> writer;
    private final InstantSource clock;

    CleaningReconciler(ControllerContext context) {
        this.requests = context.informers().of(CertificateSigningRequest.class).lister();
        this.writer = context.client().resources(CertificateSigningRequest.class);
        this.clock = context.clock();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var request = requests.get(key);
        if (request == null) {
            return Outcome.DONE;
        }
        var left = Duration.between(clock.instant(), end(request));
        if (left.isPositive()) {
            return Outcome.requeueAfter(left);
        }
        delete(request);
        return Outcome.DONE;
    }

    private void delete(CertificateSigningRequest request) {
        try {
            writer.delete("", request.getMetadata().getName(), new DeleteOptionsBuilder().withNewPreconditions()
                    .withUid(request.getMetadata().getUid()).withResourceVersion(request.getMetadata().getResourceVersion()).endPreconditions().build());
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    /// When the request has no more use.
    static Instant end(CertificateSigningRequest request) {
        var end = time(request.getMetadata().getCreationTimestamp()).plus(PENDING);
        for (var condition : Requests.conditions(request)) {
            if (condition.getType().equals(Requests.APPROVED) || condition.getType().equals(Requests.DENIED) || condition.getType().equals(Requests.FAILED)) {
                end = earlier(end, time(condition.getLastUpdateTime()).plus(DECIDED));
            }
        }
        var certificateEnd = certificateEnd(Requests.certificate(request));
        return certificateEnd == null ? end : earlier(end, certificateEnd);
    }

    private static @Nullable Instant certificateEnd(String certificate) {
        if (certificate.isEmpty()) {
            return null;
        }
        try {
            return Pem.certificates(Base64.getDecoder().decode(certificate)).getFirst().getNotAfter().toInstant();
        } catch (IOException | IllegalArgumentException unreadable) {
            // a foreign signer's; the time of its approval counts
            return null;
        }
    }

    private static Instant time(@Nullable String text) {
        var time = Times.parse(text);
        return time == null ? Instant.MAX.minus(PENDING) : time;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
