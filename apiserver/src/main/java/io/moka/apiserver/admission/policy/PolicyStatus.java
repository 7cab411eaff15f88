package io.moka.apiserver.admission.policy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.matching.MatchingContext;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.rest.ObjectWriter;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.StoreUnavailableException;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the status of validating policies: the observed generation, and the warnings of the type check. Checks for changes every second,
/// which costs one comparison when no policy has changed.
public final class PolicyStatus implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyStatus.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final UserInfo SELF = new UserInfo("system:apiserver", List.of("system:masters"));

    private final MatchingContext cluster;
    private final ObjectWriter writer;
    private final Sleeper sleeper;
    private final ResourceType policies;
    private final TypeChecking types;
    private final Thread thread;
    private long seen = -1;

    public PolicyStatus(MatchingContext cluster, ObjectWriter writer, Sleeper sleeper) {
        this.sleeper = sleeper;
        this.cluster = cluster;
        this.writer = writer;
        policies = cluster.catalog().get("admissionregistration.k8s.io", "v1", "validatingadmissionpolicies");
        types = new TypeChecking(cluster);
        thread = NeededThread.unstarted("policy-status", this::run);
    }

    /// To be called when the caches are filled.
    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                lookAround();
                sleeper.sleep(INTERVAL);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookAround() {
        long revision = cluster.caches().revision(policies);
        if (revision == seen) {
            return;
        }
        try {
            for (ObjectNode policy : cluster.caches().list(policies, "")) {
                if (policy.path("status").path("observedGeneration").asLong() != generation(policy)) {
                    observeOrSetAside(policy);
                }
            }
            seen = revision;
        } catch (RuntimeException failed) {
            LOG.warn("The status of policies could not be written; it is tried again: {}", failed.getMessage());
        }
    }

    /// Checks one policy. When the check fails, the others are checked all the same; the policy is checked again when any policy has changed.
    private void observeOrSetAside(ObjectNode policy) {
        try {
            observe(policy);
        } catch (StoreUnavailableException later) {
            throw later;
        } catch (RuntimeException | StackOverflowError uncheckable) {
            if (uncheckable instanceof ApiException refused && (refused.transientFailure() || refused.code() == 409)) {
                throw refused;
            }
            LOG.error("The types of ValidatingAdmissionPolicy {} could not be checked; it is set aside", Json.name(policy), uncheckable);
        }
    }

    private void observe(ObjectNode policy) {
        ArrayNode warnings = types.check(policy);
        try {
            writer.updateStatus(policies, "", Json.name(policy), SELF, current -> {
                if (generation(current) == generation(policy)) {
                    ObjectNode status = Json.child(current, "status").put("observedGeneration", generation(policy));
                    ObjectNode checked = status.putObject("typeChecking");
                    if (!warnings.isEmpty()) {
                        checked.set("expressionWarnings", warnings);
                    }
                }
            });
        } catch (ApiException gone) {
            if (gone.code() != 404) {
                throw gone;
            }
        }
    }

    private static long generation(ObjectNode policy) {
        return policy.path("metadata").path("generation").asLong();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
