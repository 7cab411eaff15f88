package io.moka.apiserver.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.authz.Attributes;
import io.moka.apiserver.json.YamlFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What is written of which request: the first rule that fits decides, and if none does, nothing is written.
record AuditPolicy(List<PolicyRule> rules, List<String> omitStages, boolean omitManagedFields) {

    /// What is to be written of one request.
    record Verdict(Level level, Set<String> omitStages, boolean omitManagedFields) {
        static final Verdict NOTHING = new Verdict(Level.NONE, Set.of(), false);
    }

    static AuditPolicy read(Path file) throws IOException {
        return of(YamlFile.read(file, "audit.k8s.io", "Policy"), file.toString());
    }

    static AuditPolicy of(ObjectNode policy, String source) throws IOException {
        List<PolicyRule> rules = new ArrayList<>();
        try {
            policy.path("rules").forEach(rule -> rules.add(PolicyRule.of(rule)));
        } catch (IllegalArgumentException malformed) {
            throw new IOException(source + ": rules[" + rules.size() + "]: " + malformed.getMessage(), malformed);
        }
        if (rules.isEmpty()) {
            throw new IOException(source + ": a policy must have rules");
        }
        return new AuditPolicy(List.copyOf(rules), YamlFile.strings(policy, "omitStages"), policy.path("omitManagedFields").asBoolean());
    }

    Verdict of(Attributes request) {
        for (PolicyRule rule : rules) {
            if (rule.fits(request)) {
                if (rule.level() == Level.NONE) {
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
