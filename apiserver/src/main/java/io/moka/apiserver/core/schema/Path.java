package io.moka.apiserver.core.schema;

import org.jspecify.annotations.Nullable;

/// The position of a value in an object; its text is built only when it is needed.
final class Path {

    static final Path ROOT = new Path(null, "", -1);

    private final @Nullable Path parent;
    private final String segment;
    private final int index;

    private Path(@Nullable Path parent, String segment, int index) {
        this.parent = parent;
        this.segment = segment;
        this.index = index;
    }

    Path child(String name) {
        return new Path(this, name, -1);
    }

    Path child(String name, String more) {
        return child(name).child(more);
    }

    Path index(int position) {
        return new Path(this, "", position);
    }

    Path key(String key) {
        return new Path(this, "[" + key + "]", -2);
    }

    private void write(StringBuilder out) {
        if (parent == null) {
            return;
        }
        parent.write(out);
        if (index >= 0) {
            out.append('[').append(index).append(']');
        } else {
            if (index == -1 && !out.isEmpty()) {
                out.append('.');
            }
            out.append(segment);
        }
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        write(out);
        return out.toString();
    }
}
