package io.moka.apiserver.policy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.authn.UserInfo;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.matching.Cluster;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.rest.ObjectWriter;
import io.moka.apiserver.status.ApiException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the status of validating policies: which generation has been seen, and what is odd about its expressions. Looks every second whether
/// there is anything to do, which costs a comparison when no policy has changed.
public final class PolicyStatus implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyStatus.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final UserInfo SELF = new UserInfo("system:apiserver", List.of("system:masters"));

    private final Cluster cluster;
    private final ObjectWriter writer;
    private final ResourceType policies;
    private final TypeChecking types;
    private final Thread thread;
    private long seen = -1;

    public PolicyStatus(Cluster cluster, ObjectWriter writer) {
        this.cluster = cluster;
        this.writer = writer;
        policies = cluster.catalog().get("admissionregistration.k8s.io", "v1", "validatingadmissionpolicies");
        types = new TypeChecking(cluster);
        thread = Thread.ofVirtual().name("policy-status").unstarted(this::run);
    }

    /// To be called when the caches are filled.
    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                lookAround();
                Thread.sleep(INTERVAL);
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
                    observe(policy);
                }
            }
            seen = revision;
        } catch (RuntimeException failed) {
            LOG.warn("The status of policies could not be written; it is tried again: {}", failed.getMessage());
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
