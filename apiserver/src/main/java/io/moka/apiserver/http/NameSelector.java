package io.moka.apiserver.http;

/// A list or watch of one object by `fieldSelector=metadata.name=x` counts as access to that object.
final class NameSelector {
    private static final String PREFIX = "metadata.name=";

    private NameSelector() {}

    static String nameOf(RequestInfo info, Query query) {
        String selector = query.get("fieldSelector");
        if (!info.name().isEmpty() || !selector.startsWith(PREFIX) || selector.contains(",")) {
            return info.name();
        }
        String name = selector.substring(PREFIX.length());
        return name.startsWith("=") ? name.substring(1) : name;
    }
}
