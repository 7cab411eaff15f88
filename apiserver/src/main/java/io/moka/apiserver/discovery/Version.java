package io.moka.apiserver.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;

/// The level of the Kubernetes API that is served.
public final class Version {
    public static final String TEXT = "v1.36.0";
    private static final String MAJOR = "1";
    private static final String MINOR = "36";

    private Version() {}

    static ObjectNode document() {
        return Json.object().put("major", MAJOR).put("minor", MINOR).put("emulationMajor", MAJOR).put("emulationMinor", MINOR)
                .put("minCompatibilityMajor", MAJOR).put("minCompatibilityMinor", "35")
                .put("gitVersion", TEXT + "+moka").put("gitCommit", "").put("gitTreeState", "clean")
                .put("buildDate", "2026-01-01T00:00:00Z").put("goVersion", "").put("compiler", "javac")
                .put("platform", System.getProperty("os.name").toLowerCase(java.util.Locale.ROOT) + "/" + System.getProperty("os.arch"));
    }
}
