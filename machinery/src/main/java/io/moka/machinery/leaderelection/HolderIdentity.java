package io.moka.machinery.leaderelection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// The identity under which exactly one process holds leases: `NAME_PLACE_PID_START`.
///
/// A process that was started again must not wait until the lease of its predecessor has run out, and must not lead beside its predecessor if that is still
/// alive (a process that was stopped, or whose supervisor died). So the identity names the process and its machine, and [#isGone(String)] checks whether that
/// process still exists. Where that cannot be known (another machine, or one that was booted since), the lease has to run out, as it has to upstream.
///
/// @param name the name that the user gave
/// @param place the boot of the machine and the namespace of process numbers; random where the system does not tell, so that it is unique
/// @param pid the process's number
/// @param start when it started, in clock ticks since the boot; wall-clock jumps do not change it
public record HolderIdentity(String name, String place, long pid, long start) {

    private static final Path PROC = Path.of("/proc");
    private static final Pattern FORM = Pattern.compile("(.*)_([0-9a-f]{16})_(\\d{1,10})_(\\d{1,18})");
    /// `stat` of a process: its fields follow the command's name, which may hold anything.
    private static final int STATE = 0;
    private static final int START = 19;

    /// The identity of this process.
    public static HolderIdentity ofThisProcess(String name) {
        long pid = ProcessHandle.current().pid();
        try {
            var start = startOf(pid);
            if (start.isPresent()) {
                return new HolderIdentity(name, placeHere(), pid, start.get());
            }
        } catch (IOException notLinux) {
            // unique all the same
        }
        return new HolderIdentity(name, "%016x".formatted(UUID.randomUUID().getMostSignificantBits()), pid, 0);
    }

    private static String placeHere() throws IOException {
        var boot = Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
        var namespace = Files.readSymbolicLink(PROC.resolve("self/ns/pid"));
        return "%016x".formatted(UUID.nameUUIDFromBytes((boot + " " + namespace).getBytes(StandardCharsets.UTF_8)).getMostSignificantBits());
    }

    private static Optional<Long> startOf(long pid) throws IOException {
        try {
            var stat = Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"));
            var fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
            boolean ended = fields.get(STATE).equals("Z") || fields.get(STATE).equals("X");
            return ended ? Optional.empty() : Optional.of(Long.parseLong(fields.get(START)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /// Whether the other holder was a process of the same name and place that has ended for certain.
    boolean isGone(String holder) {
        var parts = FORM.matcher(holder);
        if (!parts.matches() || !parts.group(1).equals(name) || !parts.group(2).equals(place)) {
            return false;
        }
        try {
            var running = startOf(Long.parseLong(parts.group(3)));
            return running.isEmpty() || running.get() != Long.parseLong(parts.group(4));
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "%s_%s_%d_%d".formatted(name, place, pid, start);
    }
}
