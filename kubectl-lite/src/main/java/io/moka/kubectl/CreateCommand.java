package io.moka.kubectl;

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
        subcommands = {CreateCommand.NamespaceForm.class, CreateCommand.DeploymentForm.class, CreateCommand.ConfigMapForm.class, CreateJob.class, CreateCronJob.class})
final class CreateCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Creation creation = new Creation();

    @Option(names = {"-f", "--filename"}, paramLabel = "FILE", description = "File, folder, or - for standard input.")
    private @Nullable List<String> files;

    @Override
    public Integer call() throws IOException {
        if (files == null) {
            throw new UsageException("say what to create: -f FILE, or namespace, deployment, configmap, job, cronjob");
        }
        for (var object : Manifests.read(files)) {
            creation.create(connection, object);
        }
        return 0;
    }

    @Command(name = "namespace", aliases = "ns", mixinStandardHelpOptions = true, description = "Create a namespace.")
    static final class NamespaceForm implements Callable<Integer> {

        @Mixin
        private Connection connection = new Connection();

        @Mixin
        private Creation creation = new Creation();

        @Parameters(paramLabel = "NAME")
        private String name = "";

        @Override
        public Integer call() throws IOException {
            return creation.create(connection, Map.of("apiVersion", "v1", "kind", "Namespace", "metadata", Map.of("name", name)));
        }
    }

    @Command(name = "deployment", aliases = "deploy", mixinStandardHelpOptions = true, description = "Create a deployment.")
    static final class DeploymentForm implements Callable<Integer> {

        @Mixin
        private Connection connection = new Connection();

        @Mixin
        private Creation creation = new Creation();

        @Parameters(index = "0", paramLabel = "NAME")
        private String name = "";

        @Parameters(index = "1..*", paramLabel = "COMMAND", description = "What to run, after --.")
        private List<String> command = List.of();

        @Option(names = "--image", paramLabel = "IMAGE", required = true)
        private String image = "";

        @Option(names = "--replicas", paramLabel = "N", defaultValue = "1")
        private int replicas = 1;

        @Override
        public Integer call() throws IOException {
            var labels = Map.of("app", name);
            var container = command.isEmpty() ? Map.of("name", name, "image", image) : Map.of("name", name, "image", image, "command", command);
            return creation.create(connection, Map.of("apiVersion", "apps/v1", "kind", "Deployment", "metadata", Map.of("name", name, "labels", labels),
                    "spec", Map.of("replicas", replicas, "selector", Map.of("matchLabels", labels),
                            "template", Map.of("metadata", Map.of("labels", labels), "spec", Map.of("containers", List.of(container))))));
        }
    }

    @Command(name = "configmap", aliases = "cm", mixinStandardHelpOptions = true, description = "Create a ConfigMap.")
    static final class ConfigMapForm implements Callable<Integer> {

        @Mixin
        private Connection connection = new Connection();

        @Mixin
        private Creation creation = new Creation();

        @Parameters(paramLabel = "NAME")
        private String name = "";

        @Option(names = "--from-literal", paramLabel = "KEY=VALUE")
        private Map<String, String> literals = Map.of();

        @Override
        public Integer call() throws IOException {
            return creation.create(connection, Map.of("apiVersion", "v1", "kind", "ConfigMap", "metadata", Map.of("name", name), "data", literals));
        }
    }
}
