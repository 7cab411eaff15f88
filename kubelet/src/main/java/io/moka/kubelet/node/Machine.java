package io.moka.kubelet.node;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the machine says of itself, under `/proc`, `/sys` and `/etc`.
public final class Machine {

    private static final Logger log = LoggerFactory.getLogger(Machine.class);

    private final Path root;

    /// @param root the folder whose file system holds the pods' volumes
    public Machine(Path root) {
        this.root = root;
    }

    public int cpus() {
        return Runtime.getRuntime().availableProcessors();
    }

    public long memoryBytes() {
        return memory("MemTotal");
    }

    public long availableMemoryBytes() {
        return memory("MemAvailable");
    }

    private static long memory(String field) {
        for (var line : read("/proc/meminfo").split("\n")) {
            if (line.startsWith(field + ":")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        return 0;
    }

    public long diskBytes() throws IOException {
        return Files.getFileStore(root).getTotalSpace();
    }

    public long freeDiskBytes() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }

    /// Process ids that are still free, as a share of all.
    double freePids() {
        var threads = read("/proc/loadavg").split("[ /]");
        var most = read("/proc/sys/kernel/pid_max").strip();
        return threads.length < 5 || most.isEmpty() ? 1 : 1 - Double.parseDouble(threads[4]) / Double.parseDouble(most);
    }

    String kernelVersion() {
        return read("/proc/sys/kernel/osrelease").strip();
    }

    String bootId() {
        return read("/proc/sys/kernel/random/boot_id").strip();
    }

    String machineId() {
        return read("/etc/machine-id").strip();
    }

    String systemUuid() {
        var uuid = read("/sys/class/dmi/id/product_uuid").strip();
        return uuid.isEmpty() ? machineId() : uuid;
    }

    String osImage() {
        return osRelease().getOrDefault("PRETTY_NAME", "Linux");
    }

    /// As Kubernetes names it: `amd64`, `arm64`.
    static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "x86_64", "amd64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> System.getProperty("os.arch");
        };
    }

    private static Map<String, String> osRelease() {
        var values = new HashMap<String, String>();
        for (var line : read("/etc/os-release").split("\n")) {
            var pair = line.split("=", 2);
            if (pair.length == 2) {
                values.put(pair[0], pair[1].replaceAll("^\"|\"$", ""));
            }
        }
        return values;
    }

    /// In one read: numbers below /proc/sys end after the first, however little it took, and `Files` takes one byte at first.
    private static String read(String file) {
        try (var stream = new FileInputStream(file)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            log.debug("{} can't be read: {}", file, e.getMessage());
            return "";
        }
    }
}
