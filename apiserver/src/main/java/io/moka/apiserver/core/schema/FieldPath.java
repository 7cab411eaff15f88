package io.moka.apiserver.core.schema;

import org.jspecify.annotations.Nullable;

/// The position of a value in an object; its text is built only when it is needed.
public record FieldPath(@Nullable FieldPath parent, String segment) {
    public static final FieldPath ROOT = new FieldPath(null, "");

    public FieldPath child(String name) {
        return new FieldPath(this, name);
    }

    public FieldPath index(int position) {
        return new FieldPath(this, "[" + position + "]");
    }

    public FieldPath key(String key) {
        return new FieldPath(this, "[" + key + "]");
    }

    @Override
    public String toString() {
        if (parent == null) {
            return segment;
        }
        String before = parent.toString();
        return before.isEmpty() || segment.startsWith("[") ? before + segment : before + "." + segment;
    }
}
