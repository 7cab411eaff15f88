package io.moka.schemagenerator;

import java.util.Collection;

/// Writes types as text; the first line of each block is at the margin, fields follow indented by one tab.
final class SchemaWriter {

    private SchemaWriter() {
    }

    static String structure(Collection<TypeModel> types) {
        StringBuilder out = new StringBuilder();
        for (TypeModel type : types) {
            out.append(type.name()).append('\t').append(type.kind());
            if (!type.attributes().isEmpty()) {
                out.append('\t').append(type.attributes());
            }
            out.append('\n');
            for (FieldModel field : type.fields().values()) {
                out.append('\t').append(field.name()).append('\t').append(field.type());
                if (!field.rules().isEmpty()) {
                    out.append('\t').append(field.rules());
                }
                out.append('\n');
            }
        }
        return out.toString();
    }

    static String descriptions(Collection<TypeModel> types) {
        StringBuilder out = new StringBuilder();
        for (TypeModel type : types) {
            out.append(type.name()).append('\t').append(oneLine(type.description())).append('\n');
            for (FieldModel field : type.fields().values()) {
                boolean valued = !field.values().isEmpty();
                if (valued || !field.description().isEmpty()) {
                    out.append('\t').append(field.name()).append('\t').append(oneLine(field.description()))
                            .append(valued ? "\t" + String.join(",", field.values()) : "").append('\n');
                }
            }
        }
        return out.toString();
    }

    private static String oneLine(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "");
    }
}
