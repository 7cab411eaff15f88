package io.moka.apiserver.admission.podsecurity;

import java.util.regex.Pattern;

/// A level of the Pod Security Standards, as it was in some minor version of Kubernetes.
///
/// @param minor the minor version, or [#LATEST]
record LevelVersion(Level level, int minor) {
    static final int LATEST = Integer.MAX_VALUE;
    static final LevelVersion PRIVILEGED = new LevelVersion(Level.PRIVILEGED, LATEST);
    private static final Pattern VERSION = Pattern.compile("v1\\.([0-9]|[1-9][0-9]{1,8})");

    /// Returns the minor version in a text such as `v1.30`, [#LATEST] for `latest`, and a negative number when the text is neither.
    static int parseVersion(String text) {
        if (text.equals("latest")) {
            return LATEST;
        }
        var matcher = VERSION.matcher(text);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
    }

    LevelVersion withLevel(Level other) {
        return new LevelVersion(other, minor);
    }

    LevelVersion withMinor(int other) {
        return new LevelVersion(level, other);
    }

    String versionText() {
        return minor == LATEST ? "latest" : "v1." + minor;
    }

    @Override
    public String toString() {
        return level + ":" + versionText();
    }
}
