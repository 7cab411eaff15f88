package io.moka.kubectl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `create -f FILE`, and short forms for the simplest objects.
@Command(name = "create", mixinStandardHelpOptions = true, description = "Create objects.",
        subcommands = {CreateCommand.NamespaceForm.class, CreateCommand.DeploymentForm.class, CreateCommand.ConfigMapForm.class})
final class CreateCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Option(names = {"-f", "--filename"}, paramLabel = "FILE", description = "File, folder, or - for standard input.")
    private @Nullable List<String> files;

    @Override
    public Integer call() throws IOException {
        if (files == null) {
            throw new UsageException("say what to create: -f FILE, or namespace, deployment, configmap");
        }
        for (var object : Manifests.read(files)) {
            create(connection, object);
        }
        return 0;
    }

    private static int create(Connection connection, ObjectNode object) {
        var kind = Kind.of(connection, object);
        var created = connection.post(kind.path(object.path("metadata").path("namespace").asText(connection.namespace())), object);
        System.out.println(kind.qualified() + "/" + created.path("metadata").path("name").asText() + " created");
        return 0;
    }

    private static int create(Connection connection, Map<String, Object> object) {
        return create(connection, (ObjectNode) Json.tree(object));
    }

    @Command(name = "namespace", aliases = "ns", mixinStandardHelpOptions = true, description = "Create a namespace.")
    static final class NamespaceForm implements Callable<Integer> {

        @Mixin
        private Connection connection = new Connection();

        @Parameters(paramLabel = "NAME")
        private String name = "";

        @Override
        public Integer call() {
            return create(connection, Map.of("apiVersion", "v1", "kind", "Namespace", "metadata", Map.of("name", name)));
        }
    }

    @Command(name = "deployment", aliases = "deploy", mixinStandardHelpOptions = true, description = "Create a deployment.")
    static final class DeploymentForm implements Callable<Integer> {

        @Mixin
        private Connection connection = new Connection();

        @Parameters(index = "0", paramLabel = "NAME")
        private String name = "";

        @Parameters(index = "1..*", paramLabel = "COMMAND", description = "What to run, after --.")
        private List<String> command = List.of();

        @Option(names = "--image", paramLabel = "IMAGE", required = true)
        private String image = "";

        @Option(names = "--replicas", paramLabel = "N", defaultValue = "1")
        private int replicas = 1;

        @Override
        public Integer call() {
            var labels = Map.of("app", name);
            var container = command.isEmpty() ? Map.of("name", name, "image", image) : Map.of("name", name, "image", image, "command", command);
            return create(connection, Map.of("apiVersion", "apps/v1", "kind", "Deployment", "metadata", Map.of("name", name, "labels", labels),
                    "spec", Map.of("replicas", replicas, "selector", Map.of("matchLabels", labels),
                            "template", Map.of("metadata", Map.of("labels", labels), "spec", Map.of("containers", List.of(container))))));
        }
    }

    @Command(name = "configmap", aliases = "cm", mixinStandardHelpOptions = true, description = "Create a ConfigMap.")
    static final class ConfigMapForm implements Callable<Integer> {

        @Mixin
        private Connection connection = new Connection();

        @Parameters(paramLabel = "NAME")
        private String name = "";

        @Option(names = "--from-literal", paramLabel = "KEY=VALUE")
        private Map<String, String> literals = Map.of();

        @Override
        public Integer call() {
            return create(connection, Map.of("apiVersion", "v1", "kind", "ConfigMap", "metadata", Map.of("name", name), "data", literals));
        }
    }
}
