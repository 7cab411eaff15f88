package io.moka.testvm;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// Runs test classes in a virtual machine, with this process' own class path and Java.
public final class TestRun implements TestExecutionListener {

    private final PrintStream out;
    private int passed;
    private int failed;

    private TestRun(PrintStream out) {
        this.out = out;
    }

    /// @param report one line for each test, `passed` or `failed` before its name, with the message of a failure
    public record Outcome(int passed, int failed, String report) {
    }

    /// @param tests names of classes, or of single tests: `class#method`
    /// @param properties system properties that the tests have there, as `name=value`
    /// @throws IOException when the machine cannot be started or does not end in time, or the tests cannot be run in it
    public static Outcome inVirtualMachine(List<String> tests, List<String> properties, Duration timeout) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        properties.forEach(property -> command.add("-D" + property));
        command.add(TestRun.class.getName());
        command.addAll(tests);
        var result = VirtualMachine.run(command, timeout);
        var lines = result.output().lines().toList();
        if (lines.isEmpty() || !lines.getLast().matches("\\d+ passed, \\d+ failed")) {
            throw new IOException("the tests did not run to their end in the virtual machine: " + result.output());
        }
        var words = lines.getLast().split(" ");
        return new Outcome(Integer.parseInt(words[0]), Integer.parseInt(words[2]), result.output());
    }

    /// In the virtual machine: runs the classes with these names, or single tests, `class#method`.
    public static void main(String[] names) {
        var run = new TestRun(new PrintStream(System.out, true, StandardCharsets.UTF_8));
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(List.of(names).stream().map(name -> name.contains("#") ? DiscoverySelectors.selectMethod(name) : DiscoverySelectors.selectClass(name)).toList()).build();
        LauncherFactory.create().execute(request, run);
        run.out.println(run.passed + " passed, " + run.failed + " failed");
        System.exit(run.failed == 0 ? 0 : 1);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
            if (test.isTest()) {
                passed++;
                out.println("passed " + test.getDisplayName());
            }
        } else {
            failed++;
            out.println("failed " + test.getDisplayName());
            result.getThrowable().ifPresent(failure -> failure.printStackTrace(out));
        }
    }
}
