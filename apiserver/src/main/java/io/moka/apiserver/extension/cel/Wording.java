package io.moka.apiserver.extension.cel;

import java.util.List;
import java.util.regex.Pattern;

/// Words evaluation errors as upstream's CEL implementation does, since users know and search for these texts.
final class Wording {
    private static final Pattern PLACE = Pattern.compile("^evaluation error(?: at [^:]*:\\d+)?: ");

    private record Translation(Pattern ours, String theirs) {}

    private static final List<Translation> TRANSLATIONS = List.of(
            new Translation(Pattern.compile("key '(.*)' is not present in map\\.?"), "no such key: $1"),
            new Translation(Pattern.compile("Index out of bounds: (-?\\d+)"), "index out of bounds: $1"),
            new Translation(Pattern.compile("No matching overload .*", Pattern.DOTALL), "no such overload"),
            new Translation(Pattern.compile("(?:/ by zero|[Dd]ivi(?:de|sion) by zero.*)"), "division by zero"));

    private Wording() {}

    static String of(String message) {
        String plain = PLACE.matcher(message).replaceFirst("");
        for (Translation translation : TRANSLATIONS) {
            var found = translation.ours.matcher(plain);
            if (found.matches()) {
                return found.replaceFirst(translation.theirs);
            }
        }
        return plain;
    }
}
