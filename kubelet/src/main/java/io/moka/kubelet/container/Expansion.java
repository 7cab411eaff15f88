package io.moka.kubelet.container;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Replaces `$(NAME)` by the variable's value; `$$` stands for one `$`, and an unknown name stays as it is.
final class Expansion {

    private Expansion() {
    }

    static String expand(String text, Map<String, String> variables) {
        return replaced(text, name -> {
            var value = variables.get(name);
            return value == null ? "$(" + name + ")" : value;
        });
    }

    /// The first name in the text without a variable, or null.
    static @Nullable String missing(String text, Map<String, String> variables) {
        var missing = new String[1];
        replaced(text, name -> {
            missing[0] = missing[0] == null && !variables.containsKey(name) ? name : missing[0];
            return "";
        });
        return missing[0];
    }

    private static String replaced(String text, UnaryOperator<String> values) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
            if (c != '$' || next != '$' && next != '(') {
                out.append(c);
            } else if (next == '$') {
                out.append('$');
                i++;
            } else {
                int end = text.indexOf(')', i);
                if (end < 0) {
                    return out.append(text, i, text.length()).toString();
                }
                out.append(values.apply(text.substring(i + 2, end)));
                i = end;
            }
        }
        return out.toString();
    }
}
