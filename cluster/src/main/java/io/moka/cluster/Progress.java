package io.moka.cluster;

import java.io.PrintStream;

/// Shows the user one line a step, with the time that it took.
final class Progress {

    private final PrintStream out;
    private final long begin = System.nanoTime();

    Progress(PrintStream out) {
        this.out = out;
    }

    /// A piece of work.
    interface Step {
        /// Returns what to add to the line, or nothing.
        String run() throws Exception;
    }

    void step(String name, Step step) throws Exception {
        long start = System.nanoTime();
        var detail = step.run();
        line(name, start, detail);
    }

    private void line(String name, long start, String detail) {
        out.printf("  %-42s %6.2f s%s%n", name, (System.nanoTime() - start) / 1e9, detail.isEmpty() ? "" : "   " + detail);
        out.flush();
    }

    void total(String name) {
        line(name, begin, "");
    }
}
