package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;

/// Validates the addresses and address families of services.
final class ClusterIpRules {
    private static final Path SPEC = Path.ROOT.child("spec");
    private static final Path IPS = SPEC.child("clusterIPs");

    private ClusterIpRules() {
    }

    static void check(ObjectNode spec, Causes causes) {
        String first = CheckedFields.text(spec, "clusterIP");
        JsonNode ips = addresses(spec);
        if (!first.isEmpty() && !ips.get(0).asText().equals(first)) {
            causes.invalid(IPS, ips, "first value must match `clusterIP`");
        } else if (first.isEmpty() && !ips.isEmpty()) {
            causes.invalid(IPS, ips, "must be empty when `clusterIP` is not specified");
        }
        JsonNode families = CheckedFields.list(spec, "ipFamilies");
        Set<JsonNode> seen = new HashSet<>(0);
        for (int i = 0; i < families.size(); i++) {
            if (!seen.add(families.get(i))) {
                causes.duplicate(SPEC.child("ipFamilies").index(i), families.get(i));
            }
        }
        if (checkSyntax(ips, causes)) {
            checkFamilies(ips, families, causes);
        }
    }

    /// Returns the service's addresses. A service with only `clusterIP` counts as having a list of one.
    private static JsonNode addresses(JsonNode spec) {
        JsonNode ips = CheckedFields.list(spec, "clusterIPs");
        String first = CheckedFields.text(spec, "clusterIP");
        return ips.isEmpty() && !first.isEmpty() ? JsonNodeFactory.instance.arrayNode().add(first) : ips;
    }

    private static boolean checkSyntax(JsonNode ips, Causes causes) {
        boolean good = true;
        for (int i = 0; i < ips.size(); i++) {
            String ip = ips.get(i).asText();
            if (i == 0 && ip.equals("None")) {
                if (ips.size() > 1) {
                    causes.invalid(IPS, ips, "'None' must be the first and only value");
                    good = false;
                }
            } else if (!Addresses.isIp(ip)) {
                causes.invalidAll(IPS.index(i), ip, Format.IP.check(ip));
                good = false;
            }
        }
        if (ips.size() > 2) {
            causes.invalid(IPS, ips, "may only hold up to 2 values");
        }
        return good;
    }

    private static void checkFamilies(JsonNode ips, JsonNode families, Causes causes) {
        boolean dual = ips.size() < 2 || ips.valueStream().map(ip -> isIpv6(ip.asText())).distinct().count() == 2;
        if (!dual) {
            causes.invalid(IPS, ips, "may specify no more than one IP for each IP family");
        }
        for (int i = 0; i < ips.size() && i < families.size(); i++) {
            String ip = ips.get(i).asText();
            String wanted = families.get(i).asText();
            if (!ip.equals("None") && (wanted.equals("IPv4") || wanted.equals("IPv6")) && isIpv6(ip) != wanted.equals("IPv6")) {
                causes.invalid(IPS.index(i), ip, "expected an " + wanted + " value as indicated by `ipFamilies[" + i + "]`");
            }
        }
    }

    private static boolean isIpv6(String ip) {
        return ip.indexOf(':') >= 0;
    }

    /// Validates an update. The secondary address or family may be added and released; the primary stays for as long as the service has one.
    static void checkUpdate(JsonNode after, JsonNode before, Causes causes) {
        boolean headless = CheckedFields.text(after, "clusterIP").equals("None");
        boolean wasHeadless = CheckedFields.text(before, "clusterIP").equals("None");
        if (headless && wasHeadless) {
            return;
        }
        JsonNode now = addresses(after);
        JsonNode was = addresses(before);
        compare(now, was, IPS, now, causes);
        if (was.size() > now.size()) {
            releasing(now, "clusterIP", "primary clusterIP can not be unset", IPS.index(0), after, causes);
        }
        if (headless != wasHeadless) {
            return;
        }
        JsonNode families = CheckedFields.list(after, "ipFamilies");
        JsonNode former = CheckedFields.list(before, "ipFamilies");
        if (families.isEmpty()) {
            return;
        }
        compare(families, former, SPEC.child("ipFamilies"), families, causes);
        if (former.size() > families.size()) {
            releasing(families, "ipFamily", "primary ipFamily can not be unset", SPEC.child("ipFamilies").index(0), after, causes);
        }
    }

    private static void compare(JsonNode now, JsonNode was, Path path, JsonNode told, Causes causes) {
        int common = now.size() == was.size() ? was.size() : Math.min(1, Math.min(now.size(), was.size()));
        for (int i = 0; i < common; i++) {
            if (!now.get(i).equals(was.get(i))) {
                causes.invalid(path.index(i), told, "may not change once set");
            }
        }
    }

    private static void releasing(JsonNode now, String what, String unset, Path first, JsonNode spec, Causes causes) {
        if (now.isEmpty()) {
            causes.invalid(first, JsonNodeFactory.instance.nullNode(), unset);
        } else if (now.size() == 1 && !CheckedFields.text(spec, "ipFamilyPolicy").equals("SingleStack")) {
            causes.invalid(SPEC.child("ipFamilyPolicy"), spec.get("ipFamilyPolicy"), "must be set to 'SingleStack' when releasing the secondary " + what);
        }
    }
}
