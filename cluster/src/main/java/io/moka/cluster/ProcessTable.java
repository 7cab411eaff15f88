package io.moka.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Finds processes in the kernel's own records (`/proc`): those of a cluster, and the one that listens on a port.
///
/// Pid files name the processes that were started; this class finds those that run.
final class ProcessTable {

    private static final Path PROC = Path.of("/proc");

    private ProcessTable() {
    }

    /// Returns the supervising script's two copies and all of their descendants, which are found by a mark in the environment.
    static List<ProcessHandle> supervisedBy(Path pidFile) throws IOException {
        var mark = "MOKA_SUPERVISED=" + pidFile;
        return find(pid -> entries(pid, "environ").contains(mark));
    }

    /// Returns the processes that do the instance's work for the cluster in this folder, no matter who started them.
    static List<ProcessHandle> of(Instance instance, Path clusterFolder) throws IOException {
        var below = clusterFolder + "/";
        return find(pid -> {
            var words = entries(pid, "cmdline");
            return instance.isProgramOf(words) && words.stream().anyMatch(word -> word.contains(below));
        });
    }

    /// The processes that record start-up caches for the build in this folder.
    static List<ProcessHandle> recorders(Path distribution) throws IOException {
        return find(pid -> {
            var words = entries(pid, "cmdline");
            return words.contains("-Dmoka.dist=" + distribution) && words.contains(Moka.class.getName()) && words.getLast().equals("train");
        });
    }

    static boolean isMarked(ProcessHandle process, Path pidFile) {
        return entries(process.pid(), "environ").contains("MOKA_SUPERVISED=" + pidFile);
    }

    /// Whether the process is there and has not ended: one that has ended stays in the table until its parent asks for its status.
    static boolean runs(ProcessHandle process) {
        try {
            var stat = Files.readString(PROC.resolve(process.pid() + "/stat"));
            return "ZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) < 0 && process.isAlive();
        } catch (IOException e) {
            return false;
        }
    }

    static List<String> commandLine(long pid) {
        return entries(pid, "cmdline");
    }

    /// The processes that listen on a TCP port of any address of this network namespace.
    static List<ProcessHandle> listeningOn(int port) throws IOException {
        var sockets = listeningSockets(port);
        return sockets.isEmpty() ? List.of() : find(pid -> holdsAny(pid, sockets));
    }

    static boolean listens(ProcessHandle process, int port) throws IOException {
        return holdsAny(process.pid(), listeningSockets(port));
    }

    /// Names of listening sockets as a process's descriptors show them.
    private static Set<String> listeningSockets(int port) throws IOException {
        var suffix = ":%04X".formatted(port);
        var names = new HashSet<String>();
        for (var table : List.of("net/tcp", "net/tcp6")) {
            if (Files.exists(PROC.resolve(table))) {
                for (var line : Files.readAllLines(PROC.resolve(table))) {
                    var columns = line.strip().split("\\s+");
                    if (columns.length > 9 && columns[1].endsWith(suffix) && columns[3].equals("0A")) {
                        names.add("socket:[" + columns[9] + "]");
                    }
                }
            }
        }
        return names;
    }

    private static boolean holdsAny(long pid, Set<String> sockets) {
        try (var descriptors = Files.newDirectoryStream(PROC.resolve(pid + "/fd"))) {
            for (var descriptor : descriptors) {
                if (sockets.contains(target(descriptor))) {
                    return true;
                }
            }
            return false;
        } catch (IOException | DirectoryIteratorException e) {
            return false;
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static List<ProcessHandle> find(Predicate<Long> wanted) throws IOException {
        try (Stream<Path> all = Files.list(PROC)) {
            return all.map(path -> path.getFileName().toString()).filter(name -> name.matches("[0-9]+")).map(Long::valueOf)
                    .filter(pid -> pid != ProcessHandle.current().pid()).filter(wanted)
                    .flatMap(pid -> ProcessHandle.of(pid).stream()).filter(ProcessTable::runs).toList();
        }
    }

    /// The zero-terminated strings of a file of the process; none when it has ended or belongs to another user.
    private static List<String> entries(long pid, String file) {
        try {
            return List.of(new String(Files.readAllBytes(PROC.resolve(pid + "/" + file)), StandardCharsets.UTF_8).split("\0"));
        } catch (IOException e) {
            return List.of();
        }
    }
}
