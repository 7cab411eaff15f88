package io.moka.cni;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A process of one of the kernel's tools, which reads from its standard input what to do. It may be started before that is known: most tools take longer to start
/// than to do their work.
final class Tool implements AutoCloseable {

    private final String name;
    private final Process process;

    private Tool(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    static Tool start(List<String> command) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        return new Tool(command.getFirst(), builder.start());
    }

    /// Gives the tool an empty line.
    void go() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    /// Gives the tool the rest of its input, and waits for its end.
    Kernel.Result run(List<String> lines) throws IOException {
        try (var stdin = process.getOutputStream()) {
            stdin.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The tool ended without reading; its status and output say why.
            process.getOutputStream().close();
        }
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            return new Kernel.Result(process.waitFor(), output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + name, e);
        }
    }

    /// Ends a tool that still waits for its input.
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
