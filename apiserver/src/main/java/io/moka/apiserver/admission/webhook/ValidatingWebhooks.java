package io.moka.apiserver.admission.webhook;

import io.moka.apiserver.admission.matching.Criteria;
import io.moka.apiserver.admission.matching.DerivedValue;
import io.moka.apiserver.admission.matching.MatchingContext;
import io.moka.apiserver.admission.matching.ReviewedRequest;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.Remarks;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.extension.webhook.WebhookClient;
import io.moka.machinery.process.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Calls the matching webhooks of ValidatingWebhookConfigurations, all at the same time.
public final class ValidatingWebhooks implements AdmissionPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(ValidatingWebhooks.class);
    private static final String FAILED_OPEN = "failed-open.validating.webhook.admission.k8s.io/round_0_index_";

    private final DerivedValue<List<Webhook>> webhooks;
    private final Invocations invocations;
    private final WebhookCall call;
    private final WebhookMetrics metrics = new WebhookMetrics(Metrics.registry(), "validating");

    private record Question(int index, Webhook webhook, ReviewedRequest reviewed) {}

    public ValidatingWebhooks(MatchingContext cluster, WebhookClient client) {
        webhooks = DerivedValue.of(cluster.caches(), cluster.catalog().get("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations"), Webhook::listOf);
        invocations = new Invocations(cluster);
        call = new WebhookCall(client, false);
    }

    @Override
    public void validate(AdmissionRequest request) {
        List<Webhook> known = webhooks.get();
        if (known.isEmpty() || Criteria.exempt(request)) {
            return;
        }
        List<Question> questions = new ArrayList<>();
        for (int i = 0; i < known.size(); i++) {
            ReviewedRequest reviewed = invocations.of(known.get(i), request);
            if (reviewed != null) {
                questions.add(new Question(i, known.get(i), reviewed));
            }
        }
        Answer[] answers = ask(questions);
        ApiException refusal = null;
        for (int i = 0; i < answers.length; i++) {
            ApiException refused = judge(questions.get(i), answers[i]);
            refusal = refusal == null ? refused : refusal;
        }
        if (refusal != null) {
            throw refusal;
        }
    }

    private Answer[] ask(List<Question> questions) {
        Answer[] answers = new Answer[questions.size()];
        if (answers.length == 1) {
            answers[0] = ask(questions.getFirst());
            return answers;
        }
        CountDownLatch asked = new CountDownLatch(answers.length);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < answers.length; i++) {
            int place = i;
            threads.add(Thread.startVirtualThread(() -> {
                try {
                    answers[place] = ask(questions.get(place));
                } catch (RuntimeException | StackOverflowError fault) {
                    answers[place] = new Answer.Failed(String.valueOf(fault.getMessage()));
                } finally {
                    asked.countDown();
                }
            }));
        }
        try {
            asked.await();
        } catch (InterruptedException stopped) {
            threads.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
            throw ApiException.timeout("request did not complete within requested timeout");
        }
        return answers;
    }

    private Answer ask(Question question) {
        long start = System.nanoTime();
        Answer answer = call.ask(question.webhook, question.reviewed);
        metrics.asked(question.webhook, question.reviewed.request(), answer, System.nanoTime() - start);
        return answer;
    }

    /// Returns the refusal that an answer leads to; null when the request may go on.
    private static @Nullable ApiException judge(Question question, Answer answer) {
        String name = question.webhook.name();
        switch (answer) {
            case Answer.Allowed(var ignored, Answer.Extras extras) -> pass(name, extras);
            case Answer.Denied(ApiException refusal, Answer.Extras extras) -> {
                pass(name, extras);
                return refusal;
            }
            case Answer.Failed(String reason) -> {
                if (!question.webhook.failsOpen()) {
                    LOG.warn("Failed calling webhook, failing closed {}: {}", name, reason);
                    return Answer.failure(name, reason);
                }
                LOG.warn("Failed calling webhook, failing open {}: {}", name, reason);
                Remarks.annotate(FAILED_OPEN + question.index, name);
            }
        }
        return null;
    }

    /// Passes a webhook's warnings and audit annotations on to the client and the audit event.
    static void pass(String webhook, Answer.Extras extras) {
        extras.warnings().forEach(Remarks::warn);
        extras.annotations().forEach((key, value) -> Remarks.annotate(webhook + "/" + key, value));
    }
}
