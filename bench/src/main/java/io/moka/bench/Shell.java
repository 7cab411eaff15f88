package io.moka.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Runs commands as a user would, from the folder that holds `bin/moka`.
record Shell(Path root, Map<String, String> environment) {

    /// How long a command that succeeded took, and what it printed.
    record Run(Duration took, String output) {
    }

    /// @throws IOException when the command fails; the message ends with what it printed
    Run run(String... command) throws IOException, InterruptedException {
        return run(List.of(command));
    }

    Run run(List<String> command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).directory(root.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        long begin = System.nanoTime();
        var process = builder.start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        var took = Duration.ofNanos(System.nanoTime() - begin);
        if (status != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + status + ": " + output.strip());
        }
        return new Run(took, output);
    }

    static boolean isOnPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
