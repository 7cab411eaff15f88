package io.moka.schemagenerator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/// Adds attributes that the model classes lack to types and fields.
///
/// A line at the margin names types (by their last words, comma-separated, such as `core.v1.EventSeries, Probe`);
/// an indented line names fields of them (comma-separated) and gives attributes; `*` stands for the types themselves.
final class Overlay {

    private final SortedMap<String, TypeModel> types;
    private List<TypeModel> current = List.of();

    private Overlay(SortedMap<String, TypeModel> types) {
        this.types = types;
    }

    /// Applies `lines` to `types`, in place.
    ///
    /// @throws IllegalArgumentException when a line names a type or field that is not there
    static void apply(List<String> lines, SortedMap<String, TypeModel> types) {
        Overlay overlay = new Overlay(types);
        for (String line : lines) {
            if (line.isBlank() || line.stripLeading().startsWith("#")) {
                continue;
            }
            if (Character.isWhitespace(line.charAt(0))) {
                overlay.applyField(line.strip());
            } else {
                overlay.selectTypes(line.strip());
            }
        }
    }

    private void selectTypes(String names) {
        current = new ArrayList<>();
        for (String name : names.split(", *")) {
            List<TypeModel> found = types.values().stream()
                    .filter(type -> type.name().endsWith("." + name))
                    .toList();
            if (found.size() != 1) {
                throw new IllegalArgumentException("overlay: " + found.size() + " types are called " + name);
            }
            current.add(found.getFirst());
        }
    }

    private void applyField(String line) {
        String[] parts = line.split(" +", 2);
        if (parts[0].equals("*")) {
            current.forEach(type -> types.put(type.name(), type.with(parts[1])));
            current = current.stream().map(type -> types.get(type.name())).toList();
            return;
        }
        for (String name : parts[0].split(",")) {
            for (TypeModel type : current) {
                Map<String, FieldModel> fields = type.fields();
                FieldModel field = fields.get(name);
                if (field == null) {
                    throw new IllegalArgumentException("overlay: " + type.name() + " has no field " + name);
                }
                fields.put(name, field.with(parts[1]));
            }
        }
    }
}
