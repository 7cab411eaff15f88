package io.moka.kubelet.container;

import java.util.Map;

/// Replaces `$(NAME)` by the variable's value; `$$` stands for one `$`, and an unknown name stays as it is.
final class Expansion {

    private Expansion() {
    }

    static String expand(String text, Map<String, String> variables) {
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
                var value = variables.get(text.substring(i + 2, end));
                out.append(value == null ? text.substring(i, end + 1) : value);
                i = end;
            }
        }
        return out.toString();
    }
}
