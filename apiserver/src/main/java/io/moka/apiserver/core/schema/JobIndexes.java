package io.moka.apiserver.core.schema;

/// Parses the indexes of a job's pods, as in `1,3-5,7`.
final class JobIndexes {

    private JobIndexes() {
    }

    /// Returns the number of indexes, each of which must be below `completions`.
    ///
    /// @throws IllegalArgumentException when the text is invalid; the message says why
    static long count(String text, long completions) {
        long total = 0;
        long last = -1;
        for (String interval : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            String[] ends = interval.split("-", -1);
            if (ends.length > 2) {
                throw new IllegalArgumentException("the fragment \"" + interval
                        + "\" violates the requirement that an index interval can have at most two parts separated by '-'");
            }
            long first = index(ends[0], completions);
            long end = index(ends[ends.length - 1], completions);
            if (ends.length == 2 && first >= end) {
                throw new IllegalArgumentException("non-increasing order, previous: " + first + ", current: " + end);
            }
            if (last >= first) {
                throw new IllegalArgumentException("non-increasing order, previous: " + last + ", current: " + first);
            }
            total += end - first + 1;
            last = end;
        }
        return total;
    }

    private static long index(String text, long completions) {
        if (!text.matches("[0-9]{1,10}")) {
            throw new IllegalArgumentException("cannot convert string to integer for index: \"" + text + "\"");
        }
        long index = Long.parseLong(text);
        if (index >= completions) {
            throw new IllegalArgumentException("too large index: \"" + text + "\"");
        }
        return index;
    }
}
