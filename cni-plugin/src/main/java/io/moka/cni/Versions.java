package io.moka.cni;

import java.util.List;

/// The versions of the CNI specification that the plugin supports.
final class Versions {

    static final String NEWEST = "1.1.0";
    private static final List<String> SUPPORTED = List.of("0.4.0", "1.0.0", "1.1.0");

    private Versions() {
    }

    static String of(JsonObject input) {
        return input.text("cniVersion", NEWEST);
    }

    static void requireSupported(JsonObject input) {
        var version = of(input);
        if (!SUPPORTED.contains(version)) {
            throw new CniException(CniException.INCOMPATIBLE_VERSION, "incompatible CNI versions",
                    "config is \"" + version + "\", plugin supports " + SUPPORTED);
        }
    }

    static JsonObject report(JsonObject input) {
        return JsonObject.empty().with("cniVersion", of(input)).with("supportedVersions", SUPPORTED);
    }
}
