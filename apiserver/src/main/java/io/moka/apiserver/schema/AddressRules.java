package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Rules for cluster addresses and the ranges they come from.
final class AddressRules {
    private static final Path CIDRS = Path.ROOT.child("spec", "cidrs");
    private static final String TWO_FAMILIES = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64";

    private AddressRules() {
    }

    /// An address has one name only, so that it has one record only.
    static List<String> recordName(String name) {
        if (!Addresses.isIp(name)) {
            return Format.IP.check(name);
        }
        String canonical = Addresses.canonical(name);
        return canonical.equals(name) ? List.of() : List.of("must be in canonical form (\"" + canonical + "\")");
    }

    static void record(ObjectNode record, Path path, Causes causes) {
        Path parent = Path.ROOT.child("spec", "parentRef");
        ObjectNode reference = Json.objectOrNull(Json.object(record, "spec"), "parentRef");
        if (reference == null) {
            causes.required(parent, "");
            return;
        }
        String group = Json.text(reference, "group");
        if (!group.isEmpty()) {
            causes.invalidAll(parent.child("group"), group, Names.dns1123Subdomain(group));
        }
        for (String field : List.of("resource", "name", "namespace")) {
            String value = Json.text(reference, field);
            if (!value.isEmpty()) {
                causes.invalidAll(parent.child(field), value, Names.pathSegment(value));
            } else if (!field.equals("namespace")) {
                causes.required(parent.child(field), "");
            }
        }
    }

    static void checkRecordUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        JsonNode after = Json.object(updated, "spec").path("parentRef");
        if (!after.equals(Json.object(old, "spec").path("parentRef"))) {
            causes.immutable(Path.ROOT.child("spec", "parentRef"), after);
        }
    }

    static void range(ObjectNode range, Path path, Causes causes) {
        JsonNode spec = Json.object(range, "spec");
        JsonNode cidrs = Json.list(spec, "cidrs");
        if (cidrs.isEmpty()) {
            causes.required(CIDRS, "at least one CIDR required");
        } else if (cidrs.size() > 2) {
            causes.invalid(CIDRS, spec, "may only hold up to 2 values");
        } else if (cidrs.size() == 2 && !isDual(cidrs)) {
            causes.invalid(CIDRS, spec, TWO_FAMILIES);
        } else {
            for (int i = 0; i < cidrs.size(); i++) {
                String cidr = cidrs.get(i).asText();
                causes.invalidAll(CIDRS.index(i), cidr, Addresses.networkProblems(cidr));
            }
        }
    }

    private static boolean isDual(JsonNode cidrs) {
        String first = cidrs.get(0).asText();
        String second = cidrs.get(1).asText();
        return Addresses.isCidr(first) && Addresses.isCidr(second) && (first.indexOf(':') < 0) != (second.indexOf(':') < 0);
    }

    /// A range stays as it is; one of a single family may get a second.
    static void checkRangeUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        JsonNode after = Json.list(Json.object(updated, "spec"), "cidrs");
        JsonNode before = Json.list(Json.object(old, "spec"), "cidrs");
        if (after.size() != before.size() && !(before.size() == 1 && after.size() == 2)) {
            causes.immutable(CIDRS, after);
            return;
        }
        for (int i = 0; i < before.size(); i++) {
            if (!after.get(i).equals(before.get(i))) {
                causes.immutable(CIDRS.index(i), after.get(i));
            }
        }
    }
}
