package io.moka.apiserver.kinds.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.Cause;
import io.moka.apiserver.core.strategy.Strategy;
import io.moka.apiserver.front.certificates.CertificateRequest;
import io.moka.machinery.meta.Times;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// The strategy of certificate signing requests: the spec is immutable; `approval` sets the conditions Approved and Denied once, `status` the certificate.
public final class CertificateStrategy implements Strategy {
    private static final Set<String> DECISIONS = Set.of("Approved", "Denied");
    private static final Set<String> LASTING = Set.of("Approved", "Denied", "Failed");
    private static final Pattern SIGNER = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?\\.[a-z0-9-]*[a-z0-9]/[A-Za-z0-9]([A-Za-z0-9./-]*[A-Za-z0-9])?");
    private static final Set<String> USAGES = Set.of("signing", "digital signature", "content commitment", "key encipherment", "key agreement", "data encipherment",
            "cert sign", "crl sign", "encipher only", "decipher only", "any", "server auth", "client auth", "code signing", "email protection", "s/mime",
            "ipsec end system", "ipsec tunnel", "ipsec user", "timestamping", "ocsp signing", "microsoft sgc", "netscape sgc");

    private final InstantSource clock;

    public CertificateStrategy(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode current) {
        updated.set("spec", current.path("spec"));
    }

    /// Keeps the decisions (Approved, Denied) as they were, each at the position that the update gives it.
    @Override
    public void prepareForStatusUpdate(ObjectNode updated, ObjectNode current) {
        if (updated.path("status").path("conditions") instanceof ArrayNode conditions) {
            DECISIONS.forEach(type -> {
                List<Integer> now = places(conditions, type);
                List<Integer> before = places(current.path("status").path("conditions"), type);
                for (int i = 0; now.size() == before.size() && i < now.size(); i++) {
                    conditions.set(now.get(i), current.path("status").path("conditions").get(before.get(i)));
                }
            });
        }
        stamp(updated, current);
    }

    private static List<Integer> places(JsonNode conditions, String type) {
        return IntStream.range(0, conditions.size()).filter(i -> Json.text(conditions.get(i), "type").equals(type)).boxed().toList();
    }

    @Override
    public void prepareForApproval(ObjectNode updated, ObjectNode current) {
        JsonNode conditions = updated.path("status").path("conditions");
        ObjectNode status = current.path("status") instanceof ObjectNode was ? was.deepCopy() : Json.object();
        status.set("conditions", conditions.isArray() ? conditions : updated.arrayNode());
        updated.set("status", status);
        stamp(updated, current);
    }

    /// Sets the missing times of conditions; a condition whose status has not changed keeps its transition time.
    private void stamp(ObjectNode request, ObjectNode current) {
        String now = Times.format(clock.instant());
        for (JsonNode condition : request.path("status").path("conditions")) {
            if (condition instanceof ObjectNode changeable) {
                setIfAbsent(changeable, "lastUpdateTime", now);
                setIfAbsent(changeable, "lastTransitionTime", current.path("status").path("conditions").valueStream()
                        .filter(was -> was.path("type").equals(condition.path("type")) && was.path("status").equals(condition.path("status")))
                        .map(was -> Json.text(was, "lastTransitionTime")).filter(time -> !time.isEmpty()).findFirst().orElse(now));
            }
        }
    }

    private static void setIfAbsent(ObjectNode condition, String field, String value) {
        if (Json.text(condition, field).isEmpty()) {
            condition.put(field, value);
        }
    }

    @Override
    public List<Cause> validateCreate(ObjectNode object) {
        List<Cause> causes = new ArrayList<>();
        JsonNode spec = object.path("spec");
        try {
            CertificateRequest.parse(Base64.getDecoder().decode(Json.text(spec, "request")));
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            causes.add(invalid("spec.request", "\"" + Json.text(spec, "request").lines().findFirst().orElse("") + "\"", String.valueOf(malformed.getMessage())));
        }
        String signer = Json.text(spec, "signerName");
        if (!signer.isEmpty() && !SIGNER.matcher(signer).matches()) {
            causes.add(invalid("spec.signerName", "\"" + signer + "\"", "must be a fully qualified domain and path of the form 'example.com/signer-name'"));
        } else if (signer.equals("kubernetes.io/legacy-unknown")) {
            causes.add(invalid("spec.signerName", "\"" + signer + "\"", "the legacy signerName is not allowed via this API version"));
        }
        if (spec.has("expirationSeconds") && spec.path("expirationSeconds").asLong() < 600) {
            causes.add(invalid("spec.expirationSeconds", spec.path("expirationSeconds").asText(), "may not specify a duration less than 600 seconds (10 minutes)"));
        }
        checkUsages(spec.path("usages"), causes);
        return causes;
    }

    private static void checkUsages(JsonNode usages, List<Cause> causes) {
        if (usages.isEmpty()) {
            causes.add(new Cause("FieldValueRequired", "Required value", "spec.usages"));
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < usages.size(); i++) {
            String usage = usages.get(i).asText();
            if (!USAGES.contains(usage)) {
                String supported = String.join(", ", USAGES.stream().sorted().map(name -> '"' + name + '"').toList());
                causes.add(new Cause("FieldValueNotSupported", "Unsupported value: \"" + usage + "\": supported values: " + supported, "spec.usages[" + i + "]"));
            } else if (!seen.add(usage)) {
                causes.add(new Cause("FieldValueDuplicate", "Duplicate value: \"" + usage + "\"", "spec.usages[" + i + "]"));
            }
        }
    }

    @Override
    public List<Cause> validateUpdate(ObjectNode updated, ObjectNode current) {
        List<Cause> causes = new ArrayList<>();
        JsonNode conditions = updated.path("status").path("conditions");
        Set<String> now = new HashSet<>();
        for (int i = 0; i < conditions.size(); i++) {
            String type = Json.text(conditions.get(i), "type");
            String field = "status.conditions[" + i + "]";
            now.add(type);
            if (LASTING.contains(type) && !Json.text(conditions.get(i), "status").equals("True")) {
                causes.add(new Cause("FieldValueNotSupported", "Unsupported value: \"" + Json.text(conditions.get(i), "status") + "\": supported values: \"True\"", field + ".status"));
            }
            if (DECISIONS.contains(type) && now.containsAll(DECISIONS)) {
                causes.add(invalid(field + ".type", "\"" + type + "\"", "Approved and Denied conditions are mutually exclusive"));
            }
        }
        for (JsonNode was : current.path("status").path("conditions")) {
            String type = Json.text(was, "type");
            if (LASTING.contains(type) && !now.contains(type)) {
                causes.add(new Cause("FieldValueForbidden", "Forbidden: updates may not remove a condition of type \"" + type + "\"", "status.conditions"));
            }
        }
        String certificate = Json.text(current, "status", "certificate");
        if (!certificate.isEmpty() && !certificate.equals(Json.text(updated, "status", "certificate"))) {
            causes.add(new Cause("FieldValueForbidden", "Forbidden: updates may not modify existing certificate content", "status.certificate"));
        }
        return causes;
    }

    @Override
    public List<Cause> validateStatusUpdate(ObjectNode updated, ObjectNode current) {
        List<Cause> causes = validateUpdate(updated, current);
        DECISIONS.stream().sorted().forEach(type -> {
            if (places(updated.path("status").path("conditions"), type).size() > places(current.path("status").path("conditions"), type).size()) {
                causes.add(new Cause("FieldValueForbidden", "Forbidden: updates may not add a condition of type \"" + type + "\"", "status.conditions"));
            }
        });
        return causes;
    }

    private static Cause invalid(String field, String value, String why) {
        return new Cause("FieldValueInvalid", "Invalid value: " + value + ": " + why, field);
    }
}
