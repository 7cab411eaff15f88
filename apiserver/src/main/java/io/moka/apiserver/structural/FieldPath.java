package io.moka.apiserver.structural;

import org.jspecify.annotations.Nullable;

/// Where a value is in an object; the text is made only when it is wanted.
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
