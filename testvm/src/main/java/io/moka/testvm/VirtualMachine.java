package io.moka.testvm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Runs one command in a virtual machine, which ends with the command.
public final class VirtualMachine {

    private static final Path FOLDER = Path.of(System.getProperty("moka.vm", "/var/cache/moka/vm"));
    private static final String QEMU = "qemu-system-x86_64";
    /// Kernel modules that the machine needs to see files of its host. A module that is built into the kernel has no file.
    private static final List<String> BOOTSTRAP = List.of("virtio_pci", "9pnet_virtio", "9p");
    private static final int MEMORY_MIB = 3_072;
    private static final int PROCESSORS = 2;

    /// @param output the output of the command, including its errors; the output of the machine's kernel if the command was not reached
    public record Result(int status, String output) {
    }

    private VirtualMachine() {
    }

    /// Returns the reason why no virtual machine can run here, or an empty string if one can.
    public static String obstacle() {
        if (!Files.exists(FOLDER.resolve("vmlinuz"))) {
            return "there is no kernel for virtual machines in " + FOLDER + "; testvm/install brings it";
        }
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, QEMU))) ? "" : "there is no " + QEMU + "; testvm/install brings it";
    }

    /// Starts a machine, waits until the command has ended in it, and removes the machine.
    ///
    /// @throws IOException when the machine cannot be started, or has not ended in time
    public static Result run(List<String> command, Duration timeout) throws IOException, InterruptedException {
        var work = Files.createTempDirectory("moka-vm-");
        try {
            return run(work, command, timeout);
        } finally {
            delete(work);
        }
    }

    private static Result run(Path work, List<String> command, Duration timeout) throws IOException, InterruptedException {
        var shared = Files.createDirectory(work.resolve("shared"));
        Files.writeString(shared.resolve("command"), "exec " + command.stream().map(VirtualMachine::quoted).collect(Collectors.joining(" ")) + "\n");
        var console = work.resolve("console");
        var process = new ProcessBuilder(qemu(shared, initialFiles(work), console)).redirectErrorStream(true).redirectOutput(work.resolve("qemu").toFile()).start();
        var end = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(end);
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("the virtual machine has not ended within " + timeout + ": " + text(console) + text(shared.resolve("output")));
            }
        } finally {
            process.destroyForcibly().waitFor();
            Runtime.getRuntime().removeShutdownHook(end);
        }
        var status = text(shared.resolve("status")).strip();
        return status.isEmpty() ? new Result(-1, text(work.resolve("qemu")) + text(console) + text(shared.resolve("output")))
                : new Result(Integer.parseInt(status), text(shared.resolve("output")));
    }

    /// KVM where it works, else translation of each instruction, which is some ten times as slow. A virtual machine may have `/dev/kvm` and a processor that cannot do it.
    private static List<String> qemu(Path shared, Path initialFiles, Path console) throws IOException {
        boolean kvm = Files.isWritable(Path.of("/dev/kvm")) && Files.readString(Path.of("/proc/cpuinfo")).matches("(?s).*\\bflags\\b.*\\b(vmx|svm)\\b.*");
        return List.of(QEMU, "-machine", "q35", "-accel", kvm ? "kvm" : "tcg,thread=multi", "-cpu", "max", "-smp", Integer.toString(PROCESSORS), "-m", Integer.toString(MEMORY_MIB),
                "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-serial", "file:" + console,
                "-kernel", FOLDER.resolve("vmlinuz").toString(), "-initrd", initialFiles.toString(), "-append", "console=ttyS0 quiet panic=-1 mitigations=off",
                "-virtfs", "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap",
                "-virtfs", "local,path=" + FOLDER.resolve("modules") + ",mount_tag=modules,security_model=none,readonly=on",
                "-virtfs", "local,path=" + shared + ",mount_tag=shared,security_model=none");
    }

    /// The archive that the kernel unpacks into its first file system: a busybox, the script `init` and the first modules.
    private static Path initialFiles(Path work) throws IOException, InterruptedException {
        var root = Files.createDirectory(work.resolve("initial"));
        for (var folder : List.of("bin", "sbin", "bootstrap")) {
            Files.createDirectory(root.resolve(folder));
        }
        Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
        try (var init = VirtualMachine.class.getResourceAsStream("init")) {
            Files.copy(init, root.resolve("init"));
        }
        if (!root.resolve("init").toFile().setExecutable(true)) {
            throw new IOException("init cannot be made executable");
        }
        var order = new ArrayList<String>();
        for (var module : bootstrapModules()) {
            order.add(module.getFileName().toString());
            Files.copy(module, root.resolve("bootstrap").resolve(module.getFileName()));
        }
        Files.write(root.resolve("bootstrap/order"), order);
        var archive = work.resolve("initial.cpio");
        var process = new ProcessBuilder("sh", "-c", "find . | busybox cpio -o -H newc").directory(root.toFile())
                .redirectOutput(archive.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        if (process.waitFor() != 0) {
            throw new IOException("busybox cpio failed");
        }
        return archive;
    }

    /// The files of the first modules, each after those that it needs.
    private static List<Path> bootstrapModules() throws IOException {
        Path modules;
        try (var versions = Files.list(FOLDER.resolve("modules"))) {
            modules = versions.findFirst().orElseThrow();
        }
        // a module's file, a colon, and the files of all that it needs, the innermost last
        var needs = Files.readAllLines(modules.resolve("modules.dep")).stream().collect(Collectors.toMap(line -> line.substring(0, line.indexOf(':')),
                line -> List.of(line.substring(line.indexOf(':') + 1).strip().split("\\s+"))));
        var ordered = new LinkedHashSet<String>();
        for (var name : BOOTSTRAP) {
            needs.keySet().stream().filter(file -> file.endsWith("/" + name + ".ko")).findFirst().ifPresent(file -> add(file, needs, ordered));
        }
        return ordered.stream().map(modules::resolve).toList();
    }

    private static void add(String file, Map<String, List<String>> needs, SequencedSet<String> ordered) {
        needs.getOrDefault(file, List.of()).stream().filter(other -> !other.isEmpty()).forEach(other -> add(other, needs, ordered));
        ordered.add(file);
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private static String text(Path file) throws IOException {
        return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
