package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Validates IPAddresses and ServiceCIDRs: cluster addresses and the ranges they come from.
final class AddressRules {
    private static final Path CIDRS = Path.ROOT.child("spec", "cidrs");
    private static final String TWO_FAMILIES = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64";

    private AddressRules() {
    }

    /// Requires the canonical form of an address as the name, so that each address has only one record.
    static List<String> recordName(String name) {
        if (!Addresses.isIp(name)) {
            return Format.IP.check(name);
        }
        String canonical = Addresses.canonical(name);
        return canonical.equals(name) ? List.of() : List.of("must be in canonical form (\"" + canonical + "\")");
    }

    static void record(ObjectNode record, Path path, Causes causes) {
        Path parent = Path.ROOT.child("spec", "parentRef");
        ObjectNode reference = CheckedFields.objectOrNull(CheckedFields.object(record, "spec"), "parentRef");
        if (reference == null) {
            causes.required(parent, "");
            return;
        }
        String group = CheckedFields.text(reference, "group");
        if (!group.isEmpty()) {
            causes.invalidAll(parent.child("group"), group, Names.dns1123Subdomain(group));
        }
        for (String field : List.of("resource", "name", "namespace")) {
            String value = CheckedFields.text(reference, field);
            if (!value.isEmpty()) {
                causes.invalidAll(parent.child(field), value, Names.pathSegment(value));
            } else if (!field.equals("namespace")) {
                causes.required(parent.child(field), "");
            }
        }
    }

    static void checkRecordUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        JsonNode after = CheckedFields.object(updated, "spec").path("parentRef");
        if (!after.equals(CheckedFields.object(old, "spec").path("parentRef"))) {
            causes.immutable(Path.ROOT.child("spec", "parentRef"), after);
        }
    }

    static void range(ObjectNode range, Path path, Causes causes) {
        JsonNode spec = CheckedFields.object(range, "spec");
        JsonNode cidrs = CheckedFields.list(spec, "cidrs");
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

    /// Validates an update of a range, which is immutable, except that a range of a single family may get a second one.
    static void checkRangeUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        JsonNode after = CheckedFields.list(CheckedFields.object(updated, "spec"), "cidrs");
        JsonNode before = CheckedFields.list(CheckedFields.object(old, "spec"), "cidrs");
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
