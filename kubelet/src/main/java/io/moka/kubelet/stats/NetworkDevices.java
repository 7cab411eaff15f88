package io.moka.kubelet.stats;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.StringTokenizer;

/// Reads the traffic counters of the interfaces in a process's network namespace from `/proc/<pid>/net/dev`. The loopback interface is left out.
final class NetworkDevices {

    private static final int RECEIVED = 1;
    private static final int SENT = 9;

    private NetworkDevices() {
    }

    record Direction(long bytes, long packets, long errors, long dropped) {
    }

    record Device(String name, Direction received, Direction sent) {
    }

    /// Returns the interfaces in the network namespace of a process; empty if the process is gone.
    static List<Device> of(int pid) {
        try {
            return parse(CgroupFiles.linesOf("/proc/" + pid + "/net/dev"));
        } catch (IOException e) {
            return List.of();
        }
    }

    /// Returns the interfaces in the network namespace of this process.
    static List<Device> ofNode() {
        return of((int) ProcessHandle.current().pid());
    }

    /// @param lines two of titles, then `name: 8 counters received, 8 sent`
    static List<Device> parse(List<String> lines) {
        return lines.stream().filter(line -> line.contains(":")).map(NetworkDevices::words).filter(words -> !words.getFirst().equals("lo") && words.size() > SENT + 3)
                .map(words -> new Device(words.getFirst(), direction(words, RECEIVED), direction(words, SENT))).toList();
    }

    /// Returns the name and the counters.
    private static List<String> words(String line) {
        return Collections.list(new StringTokenizer(line, ": ")).stream().map(String.class::cast).toList();
    }

    private static Direction direction(List<String> words, int first) {
        return new Direction(Long.parseLong(words.get(first)), Long.parseLong(words.get(first + 1)), Long.parseLong(words.get(first + 2)), Long.parseLong(words.get(first + 3)));
    }
}
