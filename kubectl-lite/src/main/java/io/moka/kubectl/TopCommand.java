package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.meta.Quantities;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `top`: the CPU time and memory that nodes and pods use now, as metrics.k8s.io tells them.
@Command(name = "top", mixinStandardHelpOptions = true, description = "Show what nodes and pods use.", subcommands = {TopCommand.Nodes.class, TopCommand.OfPods.class})
final class TopCommand {

    private static final String METRICS = "/apis/metrics.k8s.io/v1beta1";
    private static final long MEBIBYTE = 1 << 20;

    /// The flags of both subcommands.
    static final class Flags {

        @Parameters(paramLabel = "NAME", arity = "0..1", description = "Only this one.")
        private @Nullable String name;

        @Option(names = {"-l", "--selector"}, paramLabel = "LABELS", description = "Only those whose labels match.")
        private String selector = "";

        @Option(names = "--sort-by", paramLabel = "cpu|memory", description = "The most first; by name otherwise.")
        private String sortBy = "";

        @Option(names = "--no-headers", description = "Without the columns' names.")
        private boolean noHeaders;

        private List<JsonNode> items(Connection connection, String path) {
            try {
                if (name != null) {
                    return List.of(connection.get(path + "/" + name));
                }
                var items = new ArrayList<JsonNode>();
                connection.list(path, selector.isEmpty() ? Map.of() : Map.of("labelSelector", selector)).path("items").forEach(items::add);
                return items;
            } catch (ApiException e) {
                if (e.isNotFound() && name == null || e.code() == 503) {
                    throw new UsageException("Metrics API not available");
                }
                throw e;
            }
        }

        private Comparator<Use> order() {
            return switch (sortBy) {
                case "" -> Comparator.comparing(Use::namespace).thenComparing(Use::name);
                case "cpu" -> Comparator.comparing(Use::milliCpu).reversed();
                case "memory" -> Comparator.comparing(Use::bytes).reversed();
                default -> throw new UsageException("--sort-by accepts only cpu or memory");
            };
        }

        private List<List<String>> table(String... header) {
            var rows = new ArrayList<List<String>>();
            if (!noHeaders) {
                rows.add(List.of(header));
            }
            return rows;
        }
    }

    /// One row.
    ///
    /// @param name of the node, pod or container
    private record Use(String namespace, String pod, String name, long milliCpu, long bytes) {

        static Use of(JsonNode object, String pod, String name, JsonNode usage) {
            return new Use(object.path("metadata").path("namespace").asText(""), pod, name, Quantities.milliValue(new Quantity(usage.path("cpu").asText("0"))),
                    Quantities.value(new Quantity(usage.path("memory").asText("0"))));
        }

        Use plus(Use other) {
            return new Use(namespace, pod, name, milliCpu + other.milliCpu, bytes + other.bytes);
        }

        String cpu() {
            return milliCpu + "m";
        }

        String memory() {
            return bytes / MEBIBYTE + "Mi";
        }
    }

    /// `top nodes`.
    @Command(name = "nodes", aliases = {"node", "no"}, mixinStandardHelpOptions = true, description = "Show what nodes use.")
    static final class Nodes implements Callable<Integer> {

        @Mixin
        private Connection connection = new Connection();

        @Mixin
        private Flags flags = new Flags();

        @Override
        public Integer call() {
            var allocatable = new HashMap<String, JsonNode>();
            connection.list("/api/v1/nodes", Map.of()).path("items")
                    .forEach(node -> allocatable.put(node.path("metadata").path("name").asText(), node.path("status").path("allocatable")));
            var rows = flags.table("NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)");
            flags.items(connection, METRICS + "/nodes").stream().map(node -> Use.of(node, "", node.path("metadata").path("name").asText(), node.path("usage"))).sorted(flags.order())
                    .forEach(use -> {
                        var all = allocatable.get(use.name);
                        rows.add(List.of(use.name, use.cpu(), share(use.milliCpu, all == null ? 0 : Quantities.milliValue(new Quantity(all.path("cpu").asText("0")))),
                                use.memory(), share(use.bytes, all == null ? 0 : Quantities.value(new Quantity(all.path("memory").asText("0"))))));
                    });
            Columns.print(rows, System.out);
            return 0;
        }

        private static String share(long used, long of) {
            return of == 0 ? "<unknown>" : used * 100 / of + "%";
        }
    }

    /// `top pods`.
    @Command(name = "pods", aliases = {"pod", "po"}, mixinStandardHelpOptions = true, description = "Show what pods use.")
    static final class OfPods implements Callable<Integer> {

        @Mixin
        private Connection connection = new Connection();

        @Mixin
        private Flags flags = new Flags();

        @Option(names = {"-A", "--all-namespaces"}, description = "Of all namespaces.")
        private boolean everywhere;

        @Option(names = "--containers", description = "A row for each container.")
        private boolean containers;

        @Option(names = "--sum", description = "The sum in the last row.")
        private boolean sum;

        @Override
        public Integer call() {
            var pods = flags.items(connection, METRICS + (everywhere ? "/pods" : "/namespaces/" + connection.namespace() + "/pods"));
            if (pods.isEmpty()) {
                System.err.println(everywhere ? "No resources found" : "No resources found in " + connection.namespace() + " namespace.");
                return 0;
            }
            var uses = new ArrayList<Use>();
            pods.forEach(pod -> uses.addAll(uses(pod)));
            var rows = flags.table(header());
            uses.stream().sorted(flags.order()).forEach(use -> rows.add(row(use)));
            if (sum) {
                rows.add(total(uses.stream().reduce(new Use("", "", "", 0, 0), Use::plus)));
            }
            Columns.print(rows, System.out);
            return 0;
        }

        private List<Use> uses(JsonNode pod) {
            var name = pod.path("metadata").path("name").asText();
            var uses = new ArrayList<Use>();
            pod.path("containers").forEach(container -> uses.add(Use.of(pod, name, containers ? container.path("name").asText() : name, container.path("usage"))));
            return containers ? uses : List.of(uses.stream().reduce(Use.of(pod, name, name, pod.path("none")), Use::plus));
        }

        private String[] header() {
            var header = new ArrayList<String>();
            if (everywhere) {
                header.add("NAMESPACE");
            }
            if (containers) {
                header.add("POD");
            }
            header.addAll(List.of("NAME", "CPU(cores)", "MEMORY(bytes)"));
            return header.toArray(String[]::new);
        }

        private List<String> row(Use use) {
            var row = new ArrayList<String>();
            if (everywhere) {
                row.add(use.namespace);
            }
            if (containers) {
                row.add(use.pod);
            }
            row.addAll(List.of(use.name, use.cpu(), use.memory()));
            return row;
        }

        private List<String> total(Use all) {
            var row = new ArrayList<>(List.of("", all.cpu(), all.memory()));
            for (int i = 0; i < (everywhere ? 1 : 0) + (containers ? 1 : 0); i++) {
                row.addFirst("");
            }
            return row;
        }
    }
}
