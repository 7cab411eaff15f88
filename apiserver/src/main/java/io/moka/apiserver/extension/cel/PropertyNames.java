package io.moka.apiserver.extension.cel;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Escapes property names that are no identifiers for use in expressions: `x-y` is `x__dash__y`, `namespace` is `__namespace__`.
public final class PropertyNames {
    private static final Set<String> KEYWORDS = Set.of("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if",
            "import", "let", "loop", "package", "namespace", "return", "var", "void", "while");
    private static final Pattern ACCESSIBLE = Pattern.compile("[A-Za-z_.\\-/][A-Za-z0-9_.\\-/]*");

    private PropertyNames() {}

    /// Returns the property that an escaped name stands for.
    static String unescape(String name) {
        if (!name.contains("__")) {
            return name;
        }
        if (name.startsWith("__") && name.endsWith("__") && name.length() > 4 && KEYWORDS.contains(name.substring(2, name.length() - 2))) {
            return name.substring(2, name.length() - 2);
        }
        return name.replace("__slash__", "/").replace("__dash__", "-").replace("__dot__", ".").replace("__underscores__", "__");
    }

    /// Returns the escaped name; empty for a property that expressions cannot reach.
    public static Optional<String> escape(String name) {
        if (KEYWORDS.contains(name)) {
            return Optional.of("__" + name + "__");
        }
        if (!ACCESSIBLE.matcher(name).matches()) {
            return Optional.empty();
        }
        return Optional.of(name.replace("__", "__underscores__").replace(".", "__dot__").replace("-", "__dash__").replace("/", "__slash__"));
    }
}
