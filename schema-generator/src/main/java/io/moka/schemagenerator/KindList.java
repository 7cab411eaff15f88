package io.moka.schemagenerator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The kinds to generate, from lines of the form `apiVersion goPackage Kind Kind=ClassName ...`.
record KindList(List<Kind> kinds) {

    /// @param className without package, such as `V1Pod`
    record Kind(String apiVersion, String goPackage, String name, String className) {
        /// The class that a kind has whose name is in no other group; list kinds have it where their items' class has another.
        String plainClassName() {
            return apiVersion.substring(apiVersion.lastIndexOf('/') + 1).toUpperCase(Locale.ROOT) + name;
        }
    }

    static KindList parse(List<String> lines) {
        List<Kind> kinds = new ArrayList<>();
        for (String line : lines) {
            if (!line.isBlank() && !line.startsWith("#")) {
                parseLine(line.trim().split("\\s+"), kinds);
            }
        }
        return new KindList(List.copyOf(kinds));
    }

    private static void parseLine(String[] words, List<Kind> kinds) {
        String version = words[0].substring(words[0].lastIndexOf('/') + 1);
        for (int i = 2; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            String name = equals < 0 ? words[i] : words[i].substring(0, equals);
            String className = equals < 0 ? version.toUpperCase() + name : words[i].substring(equals + 1);
            kinds.add(new Kind(words[0], words[1], name, className));
        }
    }
}
