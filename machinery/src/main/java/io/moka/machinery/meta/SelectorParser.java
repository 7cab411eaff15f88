package io.moka.machinery.meta;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Reads the query form of a label selector, left to right, one requirement at a time.
final class SelectorParser {

    private final String text;
    private int at;

    SelectorParser(String text) {
        this.text = text;
    }

    LabelSelector parse() {
        var requirements = new ArrayList<Requirement>();
        skipSpace();
        while (at < text.length()) {
            requirements.add(requirement());
            skipSpace();
            if (at < text.length()) {
                expect(',');
                skipSpace();
            }
        }
        return requirements.isEmpty() ? LabelSelector.everything() : new LabelSelector(List.copyOf(requirements));
    }

    private Requirement requirement() {
        if (take('!')) {
            return new Requirement.DoesNotExist(key());
        }
        var key = key();
        if (take('!')) {
            expect('=');
            return new Requirement.NotIn(key, Set.of(word()));
        }
        if (take('=')) {
            take('=');
            return new Requirement.In(key, Set.of(word()));
        }
        if (take('>')) {
            return new Requirement.GreaterThan(key, number());
        }
        if (take('<')) {
            return new Requirement.LessThan(key, number());
        }
        return switch (word()) {
            case "" -> new Requirement.Exists(key);
            case "in" -> new Requirement.In(key, values());
            case "notin" -> new Requirement.NotIn(key, values());
            case String other -> throw unexpected("found '" + other + "', expected: in, notin, =, ==, !=, gt, lt");
        };
    }

    private Set<String> values() {
        expect('(');
        var values = new TreeSet<String>();
        do {
            values.add(word());
        } while (take(','));
        expect(')');
        return values;
    }

    private String key() {
        var key = word();
        if (key.isEmpty()) {
            throw unexpected("expected: label key");
        }
        return key;
    }

    private long number() {
        var digits = word();
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw unexpected("expected a whole number, found '" + digits + "'");
        }
    }

    private String word() {
        skipSpace();
        int start = at;
        while (at < text.length() && isWord(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.' || c == '/';
    }

    private boolean take(char wanted) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char wanted) {
        if (!take(wanted)) {
            throw unexpected(at < text.length() ? "found '" + text.charAt(at) + "', expected: '" + wanted + "'" : "expected: '" + wanted + "'");
        }
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException unexpected(String what) {
        return new IllegalArgumentException("unable to parse requirement: " + what + " at position " + at + " of \"" + text + "\"");
    }
}
