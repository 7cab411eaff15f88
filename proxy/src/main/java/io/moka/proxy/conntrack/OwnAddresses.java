package io.moka.proxy.conntrack;

import io.moka.machinery.client.Json;
import io.moka.proxy.kernel.Tools;
import io.moka.proxy.model.IpFamily;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The addresses of this machine's interfaces.
public final class OwnAddresses {

    private OwnAddresses() {
    }

    public static Set<String> of(IpFamily family, Tools tools) throws IOException {
        var addresses = new HashSet<String>();
        var answer = tools.read(List.of("ip", family == IpFamily.IPV4 ? "-4" : "-6", "-j", "addr"));
        for (var link : Json.mapper().readTree(answer)) {
            for (var address : link.path("addr_info")) {
                addresses.add(address.path("local").asText());
            }
        }
        return addresses;
    }
}
