package io.moka.kubelet.node;

import io.moka.kubelet.disk.FileSystemSpace;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the machine's properties from `/proc`, `/sys` and `/etc`.
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

    /// Memory that may be swapped out, at most.
    public long swapBytes() {
        return memory("SwapTotal");
    }

    public long freeSwapBytes() {
        return memory("SwapFree");
    }

    private static long memory(String field) {
        for (var line : read("/proc/meminfo").split("\n")) {
            if (line.startsWith(field + ":")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        return 0;
    }

    /// The file system of the pods' volumes.
    public FileSystemSpace disk() throws IOException {
        return FileSystemSpace.of(root);
    }

    /// Most processes and threads that the kernel allows; 0 where it does not tell.
    public long mostProcesses() {
        return Math.min(number(read("/proc/sys/kernel/pid_max")), number(read("/proc/sys/kernel/threads-max")));
    }

    /// Processes and threads that exist now.
    public long processes() {
        var words = read("/proc/loadavg").split("[ /]");
        return words.length < 5 ? 0 : Long.parseLong(words[4]);
    }

    private static long number(String text) {
        return text.isBlank() ? 0 : Long.parseLong(text.strip());
    }

    public String kernelVersion() {
        return read("/proc/sys/kernel/osrelease").strip();
    }

    public String bootId() {
        return read("/proc/sys/kernel/random/boot_id").strip();
    }

    public String machineId() {
        return read("/etc/machine-id").strip();
    }

    public String systemUuid() {
        var uuid = read("/sys/class/dmi/id/product_uuid").strip();
        return uuid.isEmpty() ? machineId() : uuid;
    }

    public String osImage() {
        return osRelease().getOrDefault("PRETTY_NAME", "Linux");
    }

    /// Returns the architecture by Kubernetes' name: `amd64`, `arm64`.
    public static String architecture() {
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

    /// Reads the file with one large read: numbers below /proc/sys end after the first read, however short, and `Files` first reads one byte.
    private static String read(String file) {
        try (var stream = new FileInputStream(file)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            log.debug("{} can't be read: {}", file, e.getMessage());
            return "";
        }
    }
}
