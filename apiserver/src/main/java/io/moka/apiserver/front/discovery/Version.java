package io.moka.apiserver.front.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import java.io.File;
import java.net.URISyntaxException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;

/// Returns the served version of the Kubernetes API and the build of this server.
public final class Version {
    public static final String TEXT = "v1.36.0";
    private static final String MAJOR = "1";
    private static final String MINOR = "36";

    private Version() {}

    static ObjectNode document() {
        return Json.object().put("major", MAJOR).put("minor", MINOR).put("emulationMajor", MAJOR).put("emulationMinor", MINOR)
                .put("minCompatibilityMajor", MAJOR).put("minCompatibilityMinor", "35")
                .put("gitVersion", TEXT + "+moka").put("gitCommit", Build.OF_THIS.identity()).put("gitTreeState", "clean")
                .put("buildDate", Build.OF_THIS.date().toString()).put("goVersion", "java" + Runtime.version().feature()).put("compiler", "javac")
                .put("platform", System.getProperty("os.name").toLowerCase(Locale.ROOT) + "/" + architecture());
    }

    /// Returns the processor architecture by Go's name for it.
    private static String architecture() {
        String name = System.getProperty("os.arch");
        return name.equals("aarch64") ? "arm64" : name.equals("x86_64") ? "amd64" : name;
    }

    /// The build of this server, derived from the file that contains its classes: a build without changes leaves that file unchanged.
    ///
    /// @param identity 40 hexadecimal digits, as a commit hash has
    private record Build(String identity, Instant date) {
        static final Build OF_THIS = of(Version.class);

        private static Build of(Class<?> type) {
            try {
                File file = new File(type.getProtectionDomain().getCodeSource().getLocation().toURI());
                byte[] digest = MessageDigest.getInstance("SHA-1").digest((file.getName() + ":" + file.length() + ":" + file.lastModified()).getBytes(UTF_8));
                return new Build(HexFormat.of().formatHex(digest), Instant.ofEpochMilli(file.lastModified()).truncatedTo(ChronoUnit.SECONDS));
            } catch (URISyntaxException | NoSuchAlgorithmException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
