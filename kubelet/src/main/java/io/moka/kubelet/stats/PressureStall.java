package io.moka.kubelet.stats;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The time that tasks waited for a resource: some of them, and all at once. The kernel reports it in files such as `/proc/pressure/cpu`.
record PressureStall(Share some, Share full) {

    private static final Share NONE = new Share(0, 0, 0, 0);

    /// @param totalMicros since the group was made
    /// @param average10 in percent of the last 10 s; of the last 60 s and 300 s likewise
    record Share(long totalMicros, double average10, double average60, double average300) {
    }

    /// Returns null if the kernel does not report it.
    static @Nullable PressureStall of(String file) {
        try {
            var lines = CgroupFiles.linesOf(file);
            return lines.isEmpty() ? null : parse(lines);
        } catch (IOException e) {
            // a kernel that was started without it refuses to read the file
            return null;
        }
    }

    /// @param lines such as `some avg10=0.46 avg60=21.71 avg300=45.99 total=506578437`
    static PressureStall parse(List<String> lines) {
        return new PressureStall(share(lines, "some"), share(lines, "full"));
    }

    private static Share share(List<String> lines, String kind) {
        return lines.stream().filter(line -> line.startsWith(kind + " ")).findFirst().map(line -> {
            var words = line.split("[ =]");
            return new Share(Long.parseLong(words[8]), Double.parseDouble(words[2]), Double.parseDouble(words[4]), Double.parseDouble(words[6]));
        }).orElse(NONE);
    }

    void writeTo(ObjectNode out) {
        write(out.putObject("full"), full);
        write(out.putObject("some"), some);
    }

    private static void write(ObjectNode out, Share share) {
        out.put("total", share.totalMicros * 1_000).put("avg10", share.average10).put("avg60", share.average60).put("avg300", share.average300);
    }
}
