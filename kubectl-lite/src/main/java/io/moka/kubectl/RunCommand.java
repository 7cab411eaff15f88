package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `run`: one pod of one image.
@Command(name = "run", mixinStandardHelpOptions = true, description = "Run an image in a pod.")
final class RunCommand implements Callable<Integer> {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Set<String> OVER = Set.of("Succeeded", "Failed");

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Creation creation = new Creation();

    @Parameters(index = "0", paramLabel = "NAME")
    private String name = "";

    @Parameters(index = "1..*", paramLabel = "ARGUMENT", description = "Arguments of the image's command, after --; with --command, the command itself.")
    private List<String> arguments = List.of();

    @Option(names = "--image", paramLabel = "IMAGE", required = true, description = "Image to run.")
    private String image = "";

    @Option(names = "--image-pull-policy", paramLabel = "POLICY", description = "Always, IfNotPresent or Never.")
    private @Nullable String pullPolicy;

    @Option(names = "--restart", paramLabel = "POLICY", defaultValue = "Always", description = "Always, OnFailure or Never (${DEFAULT-VALUE}).")
    private String restart = "Always";

    @Option(names = "--env", paramLabel = "KEY=VALUE", description = "Variables of the container.")
    private Map<String, String> variables = new LinkedHashMap<>();

    @Option(names = {"-l", "--labels"}, paramLabel = "KEY=VALUE", split = ",", description = "Labels of the pod; run=NAME by default.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(names = "--annotations", paramLabel = "KEY=VALUE", description = "Annotations of the pod.")
    private Map<String, String> annotations = new LinkedHashMap<>();

    @Option(names = "--port", paramLabel = "PORT", description = "Port that the container serves on.")
    private @Nullable Integer port;

    @Option(names = "--command", description = "The arguments are the command, instead of the image's.")
    private boolean command;

    @Option(names = {"-i", "--stdin"}, description = "Keep standard input open, and attach.")
    private boolean stdin;

    @Option(names = {"-t", "--tty"}, description = "Give the container a terminal.")
    private boolean tty;

    @Option(names = "--attach", description = "Attach when it runs.")
    private boolean attach;

    @Option(names = {"-q", "--quiet"}, description = "Say nothing but what the container writes.")
    private boolean quiet;

    @Option(names = "--rm", description = "Delete the pod when it was attached and has ended.")
    private boolean remove;

    @Option(names = "--pod-running-timeout", paramLabel = "DURATION", defaultValue = "1m0s", description = "How long to wait for the pod to run before attaching (${DEFAULT-VALUE}).")
    private String runningTimeout = "1m0s";

    @Override
    public Integer call() throws IOException, InterruptedException {
        boolean attaching = attach || stdin;
        if (remove && !attaching) {
            throw new UsageException("--rm should only be used for attached containers");
        }
        if (!Set.of("Always", "OnFailure", "Never").contains(restart)) {
            throw new UsageException("invalid restart policy: " + restart);
        }
        if (!attaching || creation.keepsNothing()) {
            creation.create(connection, pod());
            return 0;
        }
        var path = Kind.named(connection, "pods").path(connection.namespace(), name);
        connection.post(Kind.named(connection, "pods").path(connection.namespace()), pod());
        try {
            return attachTo(path);
        } finally {
            if (remove) {
                connection.client().send("DELETE", path, Map.of(), null, null);
                if (!quiet) {
                    System.out.println("pod \"" + name + "\" deleted");
                }
            }
        }
    }

    /// A container that has ended before it could be attached to is shown by its log.
    private int attachTo(String path) throws IOException, InterruptedException {
        var phase = await(path, Limit.parse(runningTimeout), Set.of("Running", "Succeeded", "Failed")).path("status").path("phase").asText();
        if (OVER.contains(phase)) {
            try (var log = connection.client().open(path + "/log", Map.of("container", name), Map.of("Accept", "*/*"))) {
                log.transferTo(System.out);
            }
        } else {
            AttachCommand.attach(connection, path, name, stdin, tty);
        }
        return restart.equals("Always") ? 0
                : await(path, Limit.parse(runningTimeout), OVER).at("/status/containerStatuses/0/state/terminated/exitCode").asInt();
    }

    private JsonNode await(String path, Duration limit, Set<String> phases) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            var pod = connection.get(path);
            if (phases.contains(pod.path("status").path("phase").asText())) {
                return pod;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new UsageException("timed out waiting for the condition");
            }
            Thread.sleep(POLL);
        }
    }

    private ObjectNode pod() {
        var container = new LinkedHashMap<String, Object>(Map.of("name", name, "image", image, "resources", Map.of()));
        if (!arguments.isEmpty()) {
            container.put(command ? "command" : "args", arguments);
        }
        if (!variables.isEmpty()) {
            var env = new ArrayList<Map<String, String>>();
            variables.forEach((key, value) -> env.add(Map.of("name", key, "value", value)));
            container.put("env", env);
        }
        if (port != null) {
            container.put("ports", List.of(Map.of("containerPort", port)));
        }
        if (pullPolicy != null) {
            container.put("imagePullPolicy", pullPolicy);
        }
        if (stdin) {
            container.putAll(Map.of("stdin", true, "stdinOnce", true));
        }
        if (tty) {
            container.put("tty", true);
        }
        var metadata = new LinkedHashMap<String, Object>(Map.of("name", name, "labels", labels.isEmpty() ? Map.of("run", name) : labels));
        if (!annotations.isEmpty()) {
            metadata.put("annotations", annotations);
        }
        return (ObjectNode) Json.tree(Map.of("apiVersion", "v1", "kind", "Pod", "metadata", metadata,
                "spec", Map.of("containers", List.of(container), "dnsPolicy", "ClusterFirst", "restartPolicy", restart)));
    }
}
