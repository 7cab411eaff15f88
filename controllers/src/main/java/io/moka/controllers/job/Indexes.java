package io.moka.controllers.job;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A set of completion indexes as ordered intervals, so that its size does not depend on the number of indexes. Written `1,3-5,7`.
record Indexes(List<Interval> intervals) {

    static final Indexes NONE = new Indexes(List.of());

    /// An interval of indexes, both ends included.
    record Interval(int first, int last) {

        private long size() {
            return (long) last - first + 1;
        }

        @Override
        public String toString() {
            return first == last ? Integer.toString(first) : first + (last == first + 1 ? "," : "-") + last;
        }
    }

    static Indexes of(Collection<Integer> indexes) {
        return ordered(indexes.stream().map(index -> new Interval(index, index)).toList());
    }

    /// Reads the written form as far as it is below `bound`; what cannot be read is left out.
    static Indexes parse(@Nullable String text, int bound) {
        if (text == null || text.isEmpty()) {
            return NONE;
        }
        var intervals = new ArrayList<Interval>();
        for (var part : text.split(",")) {
            if (part.matches("[0-9]{1,9}(-[0-9]{1,9})?")) {
                var ends = part.split("-");
                int first = Integer.parseInt(ends[0]);
                int last = Math.min(Integer.parseInt(ends[ends.length - 1]), bound - 1);
                if (first <= last) {
                    intervals.add(new Interval(first, last));
                }
            }
        }
        return ordered(intervals);
    }

    private static Indexes ordered(List<Interval> intervals) {
        var result = new ArrayList<Interval>();
        for (var next : intervals.stream().sorted(Comparator.comparingInt(Interval::first)).toList()) {
            var last = result.isEmpty() ? null : result.getLast();
            if (last == null || next.first > last.last + 1) {
                result.add(next);
            } else if (next.last > last.last) {
                result.set(result.size() - 1, new Interval(last.first, next.last));
            }
        }
        return new Indexes(List.copyOf(result));
    }

    Indexes with(Indexes others) {
        var all = new ArrayList<>(intervals);
        all.addAll(others.intervals);
        return ordered(all);
    }

    boolean has(int index) {
        int low = 0;
        int high = intervals.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (intervals.get(middle).last < index) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < intervals.size() && intervals.get(low).first <= index;
    }

    int size() {
        return (int) intervals.stream().mapToLong(Interval::size).sum();
    }

    boolean isEmpty() {
        return intervals.isEmpty();
    }

    /// Returns the number of indexes that are in both sets.
    long shared(Indexes others) {
        long shared = 0;
        int i = 0;
        int j = 0;
        while (i < intervals.size() && j < others.intervals.size()) {
            var a = intervals.get(i);
            var b = others.intervals.get(j);
            shared += Math.max(0, (long) Math.min(a.last, b.last) - Math.max(a.first, b.first) + 1);
            if (a.last < b.last) {
                i++;
            } else {
                j++;
            }
        }
        return shared;
    }

    /// The lowest indexes below `bound` that are not in the set, at most `count`.
    List<Integer> firstMissing(int count, int bound) {
        var missing = new ArrayList<Integer>();
        int candidate = 0;
        for (var interval : intervals) {
            for (; candidate < interval.first && candidate < bound && missing.size() < count; candidate++) {
                missing.add(candidate);
            }
            candidate = interval.last + 1;
        }
        for (; candidate < bound && missing.size() < count; candidate++) {
            missing.add(candidate);
        }
        return missing;
    }

    @Override
    public String toString() {
        return intervals.stream().map(Interval::toString).collect(Collectors.joining(","));
    }
}
