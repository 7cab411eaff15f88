package io.moka.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Finds the process that uses a port of this machine, by the kernel's files in `/proc`.
final class PortOwner {

    private static final String LISTENING = "0A";
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private PortOwner() {
    }

    /// The process in words: `process nginx (pid 812)`.
    static String of(String protocol, int port) {
        try {
            var links = new HashSet<String>();
            for (var family : List.of("", "6")) {
                inodes(Path.of("/proc/net/" + protocol + family), protocol, port).forEach(inode -> links.add("socket:[" + inode + "]"));
            }
            return links.isEmpty() ? "another program" : process(links);
        } catch (IOException e) {
            return "another program";
        }
    }

    private static Set<String> inodes(Path table, String protocol, int port) throws IOException {
        var inodes = new HashSet<String>();
        if (Files.exists(table)) {
            var wanted = ":%04X".formatted(port);
            for (var line : Files.readAllLines(table)) {
                var columns = line.strip().split("\\s+");
                if (columns.length > INODE && columns[LOCAL].endsWith(wanted) && (protocol.equals("udp") || columns[STATE].equals(LISTENING))) {
                    inodes.add(columns[INODE]);
                }
            }
        }
        return inodes;
    }

    private static String process(Set<String> links) throws IOException {
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (var process : processes) {
                if (has(process, links)) {
                    return "process " + Files.readString(process.resolve("comm")).strip() + " (pid " + process.getFileName() + ")";
                }
            }
        }
        return "a process that cannot be seen from here";
    }

    private static boolean has(Path process, Set<String> links) {
        try (var descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (var descriptor : descriptors) {
                if (links.contains(Files.readSymbolicLink(descriptor).toString())) {
                    return true;
                }
            }
        } catch (IOException gone) {
            return false;
        }
        return false;
    }
}
