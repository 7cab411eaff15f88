package io.moka.apiserver.kinds.service;

/// A range of ports, both ends inclusive.
public record PortRange(int first, int last) {

    /// Parses a range such as `30000-32767`.
    public static PortRange parse(String text) {
        String[] ends = text.split("-");
        if (ends.length != 2) {
            throw new IllegalArgumentException("a port range is written FIRST-LAST, not \"" + text + "\"");
        }
        return new PortRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
    }

    public boolean contains(int port) {
        return port >= first && port <= last;
    }

    int size() {
        return last - first + 1;
    }

    /// Returns the size of the lower band: ports at the beginning that are allocated dynamically only when the others are taken. The size is upstream's.
    int lowerBand() {
        return size() <= 16 ? 0 : Math.clamp(size() / 32, 16, 128);
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
