package io.moka.apiserver.front.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.json.YamlFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The audit policy: the first rule that matches a request decides how it is logged; a request without a matching rule is not logged.
record AuditPolicy(List<AuditRule> rules, List<String> omitStages, boolean omitManagedFields) {

    /// How one request is logged.
    record Verdict(AuditLevel level, Set<String> omitStages, boolean omitManagedFields) {
        static final Verdict NOTHING = new Verdict(AuditLevel.NONE, Set.of(), false);
    }

    static AuditPolicy read(Path file) throws IOException {
        return of(YamlFile.read(file, "audit.k8s.io", "Policy"), file.toString());
    }

    static AuditPolicy of(ObjectNode policy, String source) throws IOException {
        List<AuditRule> rules = new ArrayList<>();
        try {
            policy.path("rules").forEach(rule -> rules.add(AuditRule.of(rule)));
        } catch (IllegalArgumentException malformed) {
            throw new IOException(source + ": rules[" + rules.size() + "]: " + malformed.getMessage(), malformed);
        }
        if (rules.isEmpty()) {
            throw new IOException(source + ": a policy must have rules");
        }
        return new AuditPolicy(List.copyOf(rules), YamlFile.strings(policy, "omitStages"), policy.path("omitManagedFields").asBoolean());
    }

    Verdict of(Attributes request) {
        for (AuditRule rule : rules) {
            if (rule.fits(request)) {
                if (rule.level() == AuditLevel.NONE) {
                    return Verdict.NOTHING;
                }
                Set<String> omitted = new HashSet<>(omitStages);
                omitted.addAll(rule.omitStages());
                JsonNode own = rule.omitManagedFields();
                return new Verdict(rule.level(), omitted, own.isBoolean() ? own.asBoolean() : omitManagedFields);
            }
        }
        return Verdict.NOTHING;
    }
}
