package io.moka.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.moka.apiserver.admission.matching.CriteriaRules;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.Cause;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Names;
import io.moka.apiserver.core.schema.Problems;
import io.moka.apiserver.core.strategy.Strategy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The strategy of webhook configurations: they count generations, refuse updates without a resourceVersion, and are validated.
public final class ConfigurationStrategy implements Strategy {
    private static final FieldPath WEBHOOKS = FieldPath.ROOT.child("webhooks");
    private static final int MIN_SEGMENTS = 3;

    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public boolean updatesUnconditionally() {
        return false;
    }

    @Override
    public List<Cause> validateCreate(ObjectNode object) {
        return validate(object, null);
    }

    @Override
    public List<Cause> validateUpdate(ObjectNode updated, ObjectNode current) {
        return validate(updated, current);
    }

    private static List<Cause> validate(ObjectNode configuration, @Nullable ObjectNode old) {
        Problems problems = new Problems();
        CriteriaRules criteria = new CriteriaRules(problems);
        Set<String> names = new HashSet<>();
        JsonNode webhooks = configuration.path("webhooks");
        for (int i = 0; i < webhooks.size(); i++) {
            JsonNode webhook = webhooks.get(i);
            FieldPath path = WEBHOOKS.index(i);
            checkName(Json.text(webhook, "name"), path.child("name"), problems);
            criteria.checkRules(webhook.path("rules"), path.child("rules"));
            new ClientConfigRules(problems).check(webhook.path("clientConfig"), path.child("clientConfig"));
            if (old == null || !sameConditions(webhooks, old.path("webhooks"))) {
                criteria.checkConditions(webhook.path("matchConditions"), false, path.child("matchConditions"));
            }
            checkReviewVersions(webhook.path("admissionReviewVersions"), path.child("admissionReviewVersions"), problems);
            if (!Json.text(webhook, "name").isEmpty() && !names.add(Json.text(webhook, "name"))) {
                problems.duplicate(path.child("name"), webhook.get("name"));
            }
        }
        return problems.found();
    }

    /// Whether the match conditions are unchanged. Unchanged conditions stay valid and are not checked again.
    private static boolean sameConditions(JsonNode webhooks, JsonNode old) {
        boolean same = webhooks.size() == old.size();
        for (int i = 0; same && i < webhooks.size(); i++) {
            same = webhooks.get(i).path("matchConditions").equals(old.get(i).path("matchConditions"));
        }
        return same;
    }

    private static void checkName(String name, FieldPath path, Problems problems) {
        if (name.isEmpty()) {
            problems.required(path, "");
            return;
        }
        List<String> wrong = Names.dns1123Subdomain(name);
        if (!wrong.isEmpty()) {
            problems.invalid(path, name, String.join(",", wrong));
        } else if (name.split("\\.").length < MIN_SEGMENTS) {
            problems.invalid(path, name, "should be a domain with at least three segments separated by dots");
        }
    }

    private static void checkReviewVersions(JsonNode versions, FieldPath path, Problems problems) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < versions.size(); i++) {
            String version = versions.get(i).asText();
            if (!seen.add(version)) {
                problems.invalid(path.index(i), version, "duplicate version");
                continue;
            }
            for (String problem : Names.dns1035Label(version)) {
                problems.invalid(path.index(i), TextNode.valueOf(version), problem);
            }
        }
        if (!versions.isEmpty() && !seen.contains("v1") && !seen.contains("v1beta1")) {
            problems.invalid(path, versions, "must include at least one of v1, v1beta1");
        }
    }
}
