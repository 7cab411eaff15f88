package io.moka.apiserver.podsecurity;

import java.util.regex.Pattern;

/// A level as it was in some minor version of Kubernetes.
///
/// @param minor [#LATEST] for whatever is newest
record LevelVersion(Level level, int minor) {
    static final int LATEST = Integer.MAX_VALUE;
    static final LevelVersion PRIVILEGED = new LevelVersion(Level.PRIVILEGED, LATEST);
    private static final Pattern VERSION = Pattern.compile("v1\\.([0-9]|[1-9][0-9]{1,8})");

    /// Negative when the text is none.
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
