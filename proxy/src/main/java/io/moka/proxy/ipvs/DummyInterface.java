package io.moka.proxy.ipvs;

import io.moka.machinery.client.Json;
import io.moka.proxy.kernel.Tools;
import io.moka.proxy.model.IpFamily;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The network interface that has the services' addresses of both families. No packet leaves by it: it only makes the kernel treat these addresses as its own.
///
/// @param name at most 15 letters
record DummyInterface(Tools tools, IpFamily family, String name) {

    /// Makes the interface, if it is not there, without an address of its own.
    void create() throws IOException {
        tools.run(List.of("ip", "link", "add", name, "type", "dummy"), "");
        // in two steps: with `up`, the kernel makes an address if it still may
        run(List.of("ip", "link", "set", "dev", name, "addrgenmode", "none"), "");
        run(List.of("ip", "link", "set", "dev", name, "up"), "");
    }

    /// The interface's addresses of this family, in their normal form; none where there is no interface.
    Set<String> addresses() throws IOException {
        var answer = tools.read(List.of("ip", word(), "-j", "addr", "show", "dev", name));
        var addresses = new HashSet<String>();
        if (!answer.isBlank()) {
            for (var link : Json.mapper().readTree(answer)) {
                link.path("addr_info").forEach(address -> addresses.add(VirtualService.normal(address.path("local").asText())));
            }
        }
        return addresses;
    }

    void change(Collection<String> added, Collection<String> removed) throws IOException {
        var lines = new StringBuilder();
        added.forEach(address -> lines.append(line("replace", address)).append(family == IpFamily.IPV6 ? " nodad\n" : "\n"));
        removed.forEach(address -> lines.append(line("del", address)).append('\n'));
        if (!lines.isEmpty()) {
            run(List.of("ip", "-batch", "-"), lines.toString());
        }
    }

    private String line(String verb, String address) {
        return "addr " + verb + " " + address + "/" + family.bits() + " dev " + name;
    }

    /// Removes the addresses of this family, and the interface if it has no others.
    void remove() throws IOException {
        tools.run(List.of("ip", word(), "addr", "flush", "dev", name), "");
        var others = new DummyInterface(tools, family == IpFamily.IPV4 ? IpFamily.IPV6 : IpFamily.IPV4, name).addresses();
        if (others.isEmpty()) {
            tools.run(List.of("ip", "link", "delete", name), "");
        }
    }

    private String word() {
        return family == IpFamily.IPV4 ? "-4" : "-6";
    }

    private void run(List<String> command, String input) throws IOException {
        var answer = tools.run(command, input);
        if (answer.status() != 0) {
            throw new IOException(String.join(" ", command) + ": " + answer.output().strip());
        }
    }
}
