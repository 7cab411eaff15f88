package io.moka.kubelet.image;

import java.util.regex.Pattern;

/// Parses image names: `[registry[:port]/]path[:tag][@digest]`.
final class ImageNames {

    private static final Pattern NAME = Pattern.compile("(?:[a-zA-Z0-9.-]+(?::[0-9]+)?/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*"
            + "(?::[\\w][\\w.-]{0,127})?(?:@[a-z0-9+._-]+:[0-9a-fA-F]{32,})?");

    private ImageNames() {
    }

    static boolean isValid(String name) {
        return NAME.matcher(name).matches();
    }

    /// The registry that the name means; Docker's own where it names none.
    static String registry(String name) {
        int slash = name.indexOf('/');
        var first = slash < 0 ? "" : name.substring(0, slash);
        return first.contains(".") || first.contains(":") || first.equals("localhost") ? first : "docker.io";
    }

    /// Returns the name with a tag, as Docker would pull all tags of a name without one.
    static String withTag(String name) {
        return name.contains("@") || name.lastIndexOf(':') > name.lastIndexOf('/') ? name : name + ":latest";
    }
}
