package io.moka.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// The command `moka status`: shows the running processes, their health and their resource usage.
@Command(name = "status", mixinStandardHelpOptions = true, description = "Show the processes, their health, memory and ports.")
final class StatusCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Override
    public Integer call() throws Exception {
        var layout = cluster.layout();
        var settings = Settings.require(layout);
        System.out.printf("%-12s %-8s %-18s %10s %10s %6s%n", "PROCESS", "PID", "HEALTH", "MEMORY", "UP", "PORT");
        boolean well = true;
        long memory = 0;
        try (var health = new Health(layout, settings)) {
            for (var instance : settings.instances()) {
                var supervised = Supervised.of(layout, instance);
                var process = supervised.process();
                if (process.isEmpty()) {
                    well = false;
                    System.out.printf("%-12s %-8s %-18s%n", instance.id(), "-", "not running");
                    continue;
                }
                var state = supervised.supervisor().isPresent() ? health.of(instance) : "not supervised";
                well &= state.equals("ok");
                long pss = proportionalKibibytes(process.get().pid());
                memory += pss;
                System.out.printf("%-12s %-8d %-18s %6d MiB %10s %6d%n", instance.id(), process.get().pid(), state, pss / 1024,
                        uptime(process.get()), instance.healthPort(settings.ports()));
            }
        }
        System.out.printf("%-12s %-8s %-18s %6d MiB%n", "together", "", "", memory / 1024);
        return well ? 0 : 1;
    }

    /// The process's share of memory, with what it shares divided among those who share it.
    static long proportionalKibibytes(long pid) throws IOException {
        var rollup = Path.of("/proc", Long.toString(pid), "smaps_rollup");
        if (!Files.isReadable(rollup)) {
            return 0;
        }
        return Files.readAllLines(rollup).stream().filter(line -> line.startsWith("Pss:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).sum();
    }

    private static String uptime(ProcessHandle process) {
        return process.info().startInstant().map(start -> {
            var up = Duration.between(start, Instant.now());
            return up.toHours() > 0 ? up.toHours() + "h" + up.toMinutesPart() + "m" : up.toMinutes() > 0 ? up.toMinutes() + "m" + up.toSecondsPart() + "s" : up.toSeconds() + "s";
        }).orElse("?");
    }
}
