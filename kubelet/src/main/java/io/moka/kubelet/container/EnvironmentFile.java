package io.moka.kubelet.container;

import java.util.LinkedHashMap;
import java.util.Map;

/// Parses a file of environment variables, to which `fileKeyRef` refers.
///
/// The syntax is upstream's since 1.35, a part of the shell's: `NAME='value'`, with the value in single quotes, where each character stands for itself and line breaks are
/// allowed. There is no space around `=`. Blank lines, indentation and comments, which begin with `#`, are ignored. The first value of a name is the one that counts.
final class EnvironmentFile {

    private final String text;
    private int at;
    private int line = 1;

    private EnvironmentFile(String text) {
        this.text = text;
    }

    /// @throws IllegalArgumentException when the text has another syntax; the message names the line
    static Map<String, String> parse(String text) {
        return new EnvironmentFile(text).variables();
    }

    private Map<String, String> variables() {
        var variables = new LinkedHashMap<String, String>();
        for (skipBlanks(true); at < text.length(); skipBlanks(true)) {
            var name = name();
            variables.putIfAbsent(name, value());
            skipBlanks(false);
            if (at < text.length() && text.charAt(at) != '\n') {
                throw wrong("text after the closing quote");
            }
        }
        return variables;
    }

    private String name() {
        int start = at;
        while (at < text.length() && text.charAt(at) != '=' && !Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        if (at == start || at == text.length() || text.charAt(at) != '=') {
            throw wrong("no NAME='value'");
        }
        return text.substring(start, at++);
    }

    private String value() {
        int end = at < text.length() && text.charAt(at) == '\'' ? text.indexOf('\'', at + 1) : -1;
        if (end < 0) {
            throw wrong("the value is not in single quotes");
        }
        var value = text.substring(at + 1, end);
        line += (int) value.chars().filter(c -> c == '\n').count();
        at = end + 1;
        return value;
    }

    /// Skips white space and a comment; if wanted, also the lines that have nothing else.
    private void skipBlanks(boolean lines) {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (c == '\n' && lines) {
                line++;
                at++;
            } else if (c != '\n' && Character.isWhitespace(c)) {
                at++;
            } else {
                return;
            }
        }
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("invalid environment variable format at line " + line + ": " + what);
    }
}
