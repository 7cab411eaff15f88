package io.moka.kubelet.pod;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.kubelet.cni.ScriptedPlugins;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.DockerEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The walk through a pod's start in `kubelet/README.md`, compared with the calls that the JDK's flight recorder traces while a pod starts on a real engine.
class PodStartWalkTest {

    private static final Path README = Path.of("README.md");
    private static final String PACKAGE = "io.moka.kubelet.";
    private static final Pattern STEP = Pattern.compile("\\d+\\. `([a-z]+)/([A-Za-z]+)\\.([a-zA-Z]+)`.*");
    private static final Set<String> ENGINE_CALLS = Set.of("createSandbox", "createContainer", "start");
    private static final int MOST_CLASSES = 12;

    @TempDir
    Path folder;

    private final String cluster = "test-" + UUID.randomUUID();

    /// A method that the page names, or that was traced.
    private record Step(String type, String method) {

        static Step of(String text) {
            return new Step(text.substring(0, text.indexOf("::")), text.substring(text.indexOf("::") + 2));
        }

        @Override
        public String toString() {
            return type + "::" + method;
        }
    }

    /// @param callers the classes on its stack
    private record Call(Step step, List<String> callers) {
    }

    /// Starts a pod and prints the traced calls. A process of its own, as the JDK leaves classes broken that were traced (25.0: NoSuchFieldError).
    static final class Program {

        private Program() {
        }

        public static void main(String[] args) throws Exception {
            var folder = Path.of(args[0]);
            var runtime = DockerEngine.connect(args[1]);
            var node = node(runtime, folder);
            var file = folder.resolve("start.jfr");
            var recording = new Recording();
            recording.enable("jdk.MethodTrace").with("filter", args[2]).withStackTrace();
            recording.start();
            var pod = node.run(TestNode.pod("web", "sleep", "1000"));
            check("it runs", () -> node.reports.phase(pod).equals("Running"));
            recording.dump(file);
            RecordingFile.readAllEvents(file).stream().filter(event -> event.getEventType().getName().equals("jdk.MethodTrace"))
                    .sorted(Comparator.comparing(RecordedEvent::getStartTime)).forEach(Program::print);
            System.out.flush();
            Runtime.getRuntime().halt(0);
        }

        private static void print(RecordedEvent event) {
            RecordedMethod method = event.getValue("method");
            System.out.println("call " + method.getType().getName() + "::" + method.getName() + " " + event.getStackTrace().getFrames().stream()
                    .map(frame -> frame.getMethod().getType().getName().replaceAll("\\$.*", "")).distinct().collect(Collectors.joining(" ")));
        }
    }

    private static TestNode node(ContainerRuntime runtime, Path folder) throws Exception {
        var plugins = new ScriptedPlugins(folder).configure("1.0.0", "first");
        return new TestNode(runtime, folder.resolve("kubelet"), plugins.configurations(), plugins.binaries());
    }

    @AfterEach
    void removeEverything() throws Exception {
        var runtime = DockerEngine.connect(cluster);
        var node = node(runtime, folder);
        node.close();
        runtime.list().forEach(container -> runtime.remove(container.id()));
        node.removeCgroups();
        runtime.close();
    }

    private static List<Step> steps() throws IOException {
        var text = Files.readString(README);
        var section = text.substring(text.indexOf("## A walk: from the pod's object to the engine's start call"));
        return section.substring(0, section.indexOf("\n## ", 1)).lines().map(STEP::matcher).filter(Matcher::matches)
                .map(matcher -> new Step(PACKAGE + matcher.group(1) + "." + matcher.group(2), matcher.group(3))).toList();
    }

    private List<Call> trace(List<Step> steps) throws Exception {
        var java = ProcessHandle.current().info().command().orElse("java");
        var filter = steps.stream().map(Step::toString).distinct().collect(Collectors.joining(";"));
        var errors = folder.resolve("errors");
        var program = new ProcessBuilder(java, "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Program.class.getName(),
                folder.toString(), cluster, filter).redirectError(errors.toFile());
        // the same engine as this process's, which may have started one
        program.environment().put("DOCKER_HOST", DockerEngine.host());
        var child = program.start();
        try (var reader = child.inputReader()) {
            var calls = reader.lines().filter(line -> line.startsWith("call ")).map(line -> line.split(" "))
                    .map(words -> new Call(Step.of(words[1]), Arrays.asList(words).subList(2, words.length))).toList();
            assertTrue(child.waitFor(60, TimeUnit.SECONDS));
            assertEquals(0, child.exitValue(), () -> {
                try {
                    return Files.readString(errors);
                } catch (IOException e) {
                    return e.toString();
                }
            });
            return calls;
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    @Timeout(300)
    void pageNamesTheCallsInTheirOrder() throws Exception {
        var steps = steps();
        assertTrue(steps.size() > 5, steps::toString);
        assertTrue(steps.stream().map(Step::type).distinct().count() <= MOST_CLASSES, steps::toString);

        var calls = trace(steps);
        var left = new ArrayList<>(steps);
        for (var call : calls) {
            if (!left.isEmpty() && call.step.equals(left.getFirst())) {
                left.removeFirst();
            }
        }
        assertEquals(List.of(), left, () -> "the first of these does not follow those before it; traced were " + calls.stream().map(Call::step).toList());

        var named = steps.stream().map(Step::type).collect(Collectors.toSet());
        var unnamed = calls.stream().filter(call -> ENGINE_CALLS.contains(call.step.method)).flatMap(call -> call.callers.stream())
                .filter(type -> type.startsWith(PACKAGE) && !named.contains(type)).collect(Collectors.toSet());
        assertEquals(Set.of(), unnamed, "classes on the way to the engine that the page does not name");
    }
}
