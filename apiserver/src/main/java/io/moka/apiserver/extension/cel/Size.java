package io.moka.apiserver.extension.cel;

/// The range of a value's size: characters, bytes, elements or entries. Sums and products beyond `long` are capped at [#ENDLESS].
record Size(long min, long max) {
    static final long ENDLESS = Long.MAX_VALUE;
    static final Size UNKNOWN = new Size(0, ENDLESS);

    static Size of(long exactly) {
        return new Size(exactly, exactly);
    }

    Size plus(Size other) {
        return new Size(add(min, other.min), add(max, other.max));
    }

    Size times(Size other) {
        return new Size(multiply(min, other.min), multiply(max, other.max));
    }

    Size or(Size other) {
        return new Size(Math.min(min, other.min), Math.max(max, other.max));
    }

    /// Returns the maximum cost of traversing a value of this size.
    long cost(double each) {
        return scale(max, each);
    }

    static long add(long one, long other) {
        return one > ENDLESS - other ? ENDLESS : one + other;
    }

    static long multiply(long one, long other) {
        return other != 0 && one > ENDLESS / other ? ENDLESS : one * other;
    }

    /// Returns the product, rounded up.
    static long scale(long size, double factor) {
        return (long) Math.ceil(size * factor);
    }
}
