package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Rules for endpoints and endpoint slices.
final class EndpointRules {

    private static final int MAX_ENDPOINTS = 1000;
    private static final int MAX_ADDRESSES = 100;
    private static final int MAX_PORTS = 100;

    private EndpointRules() {
    }

    static void endpoints(ObjectNode endpoints, Path path, Causes causes) {
        JsonNode subsets = Json.list(endpoints, "subsets");
        for (int i = 0; i < subsets.size(); i++) {
            for (String list : List.of("addresses", "notReadyAddresses")) {
                JsonNode addresses = Json.list(subsets.get(i), list);
                for (int j = 0; j < addresses.size(); j++) {
                    special(Json.text(addresses.get(j), "ip"), Path.ROOT.child("subsets").index(i).child(list).index(j).child("ip"), causes);
                }
            }
        }
    }

    static void special(String ip, Path path, Causes causes) {
        if (ip.equals("0.0.0.0") || ip.equals("::")) {
            causes.invalid(path, ip, "may not be unspecified (" + ip + ")");
        } else if (ip.startsWith("127.") || ip.equals("::1")) {
            causes.invalid(path, ip, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        } else if (ip.startsWith("169.254.")) {
            causes.invalid(path, ip, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        } else if (ip.startsWith("224.0.0.")) {
            causes.invalid(path, ip, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
        }
    }

    static void subset(ObjectNode subset, Path path, Causes causes) {
        if (Json.list(subset, "addresses").isEmpty() && Json.list(subset, "notReadyAddresses").isEmpty()) {
            causes.required(path, "must specify `addresses` or `notReadyAddresses`");
        }
        JsonNode ports = Json.list(subset, "ports");
        for (int i = 0; i < ports.size() && ports.size() > 1; i++) {
            if (Json.text(ports.get(i), "name").isEmpty()) {
                causes.required(path.child("ports").index(i).child("name"), "");
            }
        }
    }

    static void slice(ObjectNode slice, Path path, Causes causes) {
        JsonNode endpoints = Json.list(slice, "endpoints");
        if (endpoints.size() > MAX_ENDPOINTS) {
            causes.tooMany(Path.ROOT.child("endpoints"), endpoints.size(), MAX_ENDPOINTS);
            return;
        }
        String type = Json.text(slice, "addressType");
        for (int i = 0; i < endpoints.size(); i++) {
            JsonNode addresses = Json.list(endpoints.get(i), "addresses");
            Path addressesPath = Path.ROOT.child("endpoints").index(i).child("addresses");
            if (addresses.size() > MAX_ADDRESSES) {
                causes.tooMany(addressesPath, addresses.size(), MAX_ADDRESSES);
            }
            for (int j = 0; j < addresses.size(); j++) {
                address(type, addresses.get(j).asText(), addressesPath.index(j), causes);
            }
        }
        checkPorts(Json.list(slice, "ports"), causes);
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
            String name = Json.text(ports.get(i), "name");
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
