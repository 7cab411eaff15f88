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
        requireTerm("!, identifier, or 'end of string'");
        while (at < text.length()) {
            requirements.add(requirement());
            skipSpace();
            if (at < text.length()) {
                next();
            }
        }
        return requirements.isEmpty() ? LabelSelector.everything() : new LabelSelector(List.copyOf(requirements));
    }

    private void next() {
        if (!take(',')) {
            throw new IllegalArgumentException(found() + ", expected: ',' or 'end of string'");
        }
        skipSpace();
        if (at == text.length()) {
            throw new IllegalArgumentException("found '', expected: identifier after ','");
        }
        requireTerm("identifier after ','");
    }

    private void requireTerm(String expected) {
        if (at < text.length() && text.charAt(at) != '!' && !isWord(text.charAt(at))) {
            throw new IllegalArgumentException(found() + ", expected: " + expected);
        }
    }

    private Requirement requirement() {
        if (take('!')) {
            return new Requirement.DoesNotExist(key());
        }
        var key = key();
        if (take('!')) {
            expect('=');
            return new Requirement.NotIn(key, Set.of(value()));
        }
        if (take('=')) {
            take('=');
            return new Requirement.In(key, Set.of(value()));
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
            throw unexpected(found() + ", expected: identifier");
        }
        return key;
    }

    private String value() {
        var value = word();
        if (value.isEmpty() && at < text.length() && text.charAt(at) != ',') {
            throw unexpected(found() + ", expected: identifier");
        }
        return value;
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
            throw unexpected(found() + ", expected: '" + wanted + "'");
        }
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private String found() {
        int start = at;
        var word = word();
        at = start;
        return "found '" + (word.isEmpty() && at < text.length() ? text.substring(at, at + 1) : word) + "'";
    }

    private static IllegalArgumentException unexpected(String what) {
        return new IllegalArgumentException("unable to parse requirement: " + what);
    }
}
