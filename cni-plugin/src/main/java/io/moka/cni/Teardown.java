package io.moka.cni;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;

/// The command `moka-cni teardown`: removes the whole network. Not part of the specification, which has no verb for that.
record Teardown(NetworkConfig network) {

    static final String COMMAND = "TEARDOWN";

    private static final Pattern OUR_RULE = Pattern.compile("comment \"moka-cni ([^\"]+)\" # handle (\\d+)");

    JsonObject run() throws IOException {
        for (var holder : holders()) {
            new Del(network, holder).run();
        }
        if (Bridge.exists(network)) {
            Kernel.ip(List.of("link del " + network.bridge()));
        }
        Kernel.nft("add table %1$s\ndelete table %1$s".formatted(Firewall.table(network)));
        closeForwarding();
        removeFiles();
        return JsonObject.empty();
    }

    private List<Attachment> holders() throws IOException {
        try (var addresses = Addresses.open(network)) {
            return addresses.holders();
        }
    }

    private void closeForwarding() throws IOException {
        var rules = OUR_RULE.matcher(Kernel.run(List.of("nft", "-a", "list", "chain", "ip", "filter", "FORWARD"), List.of()).output());
        while (rules.find()) {
            if (rules.group(1).equals(network.bridge())) {
                Kernel.nft("delete rule ip filter FORWARD handle " + rules.group(2));
            }
        }
    }

    private void removeFiles() throws IOException {
        try (var files = Files.list(network.dataDir())) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.deleteIfExists(network.dataDir());
    }
}
