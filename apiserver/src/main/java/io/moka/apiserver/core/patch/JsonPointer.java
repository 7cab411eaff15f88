package io.moka.apiserver.core.patch;

import java.util.ArrayList;
import java.util.List;

/// A JSON pointer (RFC 6901): the path of a value.
record JsonPointer(List<String> tokens) {

    static JsonPointer parse(String text) {
        if (text.isEmpty()) {
            return new JsonPointer(List.of());
        }
        if (!text.startsWith("/")) {
            throw PatchException.unprocessable("a path must be empty or start with '/': \"" + text + "\"");
        }
        List<String> tokens = new ArrayList<>();
        for (String token : text.substring(1).split("/", -1)) {
            tokens.add(token.replace("~1", "/").replace("~0", "~"));
        }
        return new JsonPointer(tokens);
    }

    boolean isRoot() {
        return tokens.isEmpty();
    }

    boolean isInside(JsonPointer other) {
        return tokens.size() > other.tokens.size() && tokens.subList(0, other.tokens.size()).equals(other.tokens);
    }

    String last() {
        return tokens.getLast();
    }

    List<String> parents() {
        return tokens.subList(0, tokens.size() - 1);
    }

    /// Returns the last token as the index of an existing element.
    int index(int size) {
        return parseIndex(last(), size - 1);
    }

    /// Returns the last token as an index to insert at; `-` is the end.
    int insertionIndex(int size) {
        return last().equals("-") ? size : parseIndex(last(), size);
    }

    static int parseIndex(String token, int max) {
        boolean digits = !token.isEmpty() && token.length() < 10 && token.chars().allMatch(c -> c >= '0' && c <= '9')
                && (token.length() == 1 || token.charAt(0) != '0');
        if (!digits) {
            throw PatchException.unprocessable("strconv.Atoi: parsing \"" + token + "\": invalid syntax");
        }
        int index = Integer.parseInt(token);
        if (index > max) {
            throw PatchException.unprocessable("Unable to access invalid index: " + index + ": invalid index referenced");
        }
        return index;
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        tokens.forEach(token -> out.append('/').append(token.replace("~", "~0").replace("/", "~1")));
        return out.toString();
    }
}
