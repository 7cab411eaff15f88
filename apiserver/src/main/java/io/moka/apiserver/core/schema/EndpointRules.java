package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Validates endpoints and endpoint slices.
final class EndpointRules {

    private static final int MAX_ENDPOINTS = 1000;
    private static final int MAX_ADDRESSES = 100;
    private static final int MAX_PORTS = 100;

    private EndpointRules() {
    }

    static void endpoints(ObjectNode endpoints, Path path, Causes causes) {
        JsonNode subsets = CheckedFields.list(endpoints, "subsets");
        for (int i = 0; i < subsets.size(); i++) {
            for (String list : List.of("addresses", "notReadyAddresses")) {
                JsonNode addresses = CheckedFields.list(subsets.get(i), list);
                for (int j = 0; j < addresses.size(); j++) {
                    special(CheckedFields.text(addresses.get(j), "ip"), Path.ROOT.child("subsets").index(i).child(list).index(j).child("ip"), causes);
                }
            }
        }
    }

    static void special(String ip, Path path, Causes causes) {
        switch (Addresses.specialKind(ip)) {
            case "unspecified" -> causes.invalid(path, ip, "may not be unspecified (" + ip + ")");
            case "loopback" -> causes.invalid(path, ip, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
            case "link-local" -> causes.invalid(path, ip, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
            case "link-local multicast" -> causes.invalid(path, ip, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
            case null, default -> { }
        }
    }

    static void subset(ObjectNode subset, Path path, Causes causes) {
        if (CheckedFields.list(subset, "addresses").isEmpty() && CheckedFields.list(subset, "notReadyAddresses").isEmpty()) {
            causes.required(path, "must specify `addresses` or `notReadyAddresses`");
        }
        JsonNode ports = CheckedFields.list(subset, "ports");
        for (int i = 0; i < ports.size() && ports.size() > 1; i++) {
            if (CheckedFields.text(ports.get(i), "name").isEmpty()) {
                causes.required(path.child("ports").index(i).child("name"), "");
            }
        }
    }

    static void slice(ObjectNode slice, Path path, Causes causes) {
        JsonNode endpoints = CheckedFields.list(slice, "endpoints");
        if (endpoints.size() > MAX_ENDPOINTS) {
            causes.tooMany(Path.ROOT.child("endpoints"), endpoints.size(), MAX_ENDPOINTS);
            return;
        }
        String type = CheckedFields.text(slice, "addressType");
        for (int i = 0; i < endpoints.size(); i++) {
            JsonNode addresses = CheckedFields.list(endpoints.get(i), "addresses");
            Path addressesPath = Path.ROOT.child("endpoints").index(i).child("addresses");
            if (addresses.size() > MAX_ADDRESSES) {
                causes.tooMany(addressesPath, addresses.size(), MAX_ADDRESSES);
            }
            for (int j = 0; j < addresses.size(); j++) {
                address(type, addresses.get(j).asText(), addressesPath.index(j), causes);
            }
        }
        checkPorts(CheckedFields.list(slice, "ports"), causes);
    }

    private static void address(String type, String address, Path path, Causes causes) {
        switch (type) {
            case "IPv4" -> {
                if (!Addresses.isIpv4(address)) {
                    causes.invalid(path, address, "must be a valid IPv4 address");
                }
                special(address, path, causes);
            }
            case "IPv6" -> {
                if (address.indexOf(':') < 0 || !Addresses.isIpv6(address)) {
                    causes.invalid(path, address, "must be a valid IPv6 address");
                }
                special(address, path, causes);
            }
            case "FQDN" -> causes.invalidAll(path, address, Names.dns1123Subdomain(address));
            default -> { }
        }
    }

    private static void checkPorts(JsonNode ports, Causes causes) {
        if (ports.size() > MAX_PORTS) {
            causes.tooMany(Path.ROOT.child("ports"), ports.size(), MAX_PORTS);
            return;
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            String name = CheckedFields.text(ports.get(i), "name");
            Path path = Path.ROOT.child("ports").index(i).child("name");
            if (!name.isEmpty()) {
                causes.invalidAll(path, name, Names.dns1123Label(name));
            }
            if (!names.add(name)) {
                causes.duplicate(path, name);
            }
        }
    }
}
