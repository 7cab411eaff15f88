package io.moka.cni;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Which versions of the specification are spoken here.
final class Versions {

    static final String NEWEST = "1.1.0";
    private static final List<String> SUPPORTED = List.of("0.4.0", "1.0.0", "1.1.0");

    private Versions() {
    }

    static String of(ObjectNode input) {
        return input.path("cniVersion").asText(NEWEST);
    }

    static void requireSupported(ObjectNode input) {
        var version = of(input);
        if (!SUPPORTED.contains(version)) {
            throw new CniException(CniException.INCOMPATIBLE_VERSION, "incompatible CNI versions",
                    "config is \"" + version + "\", plugin supports " + SUPPORTED);
        }
    }

    static ObjectNode report(ObjectNode input) {
        var report = CniPlugin.JSON.createObjectNode().put("cniVersion", of(input));
        SUPPORTED.forEach(report.putArray("supportedVersions")::add);
        return report;
    }
}
