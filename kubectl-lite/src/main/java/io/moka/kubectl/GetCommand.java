package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Status;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `get`: shows objects, as the server's table or whole.
@Command(name = "get", mixinStandardHelpOptions = true, description = "Show objects.")
final class GetCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Parameters(paramLabel = "TYPE [NAME] | TYPE/NAME", arity = "1..*")
    private List<String> arguments = List.of();

    @Option(names = {"-o", "--output"}, paramLabel = "FORM", defaultValue = "", description = "wide, yaml, json, name, jsonpath=TEMPLATE or custom-columns=SPEC.")
    private String output = "";

    @Option(names = {"-l", "--selector"}, paramLabel = "LABELS", description = "Only objects whose labels match.")
    private @Nullable String selector;

    @Option(names = "--field-selector", paramLabel = "FIELDS", description = "Only objects whose fields match.")
    private @Nullable String fieldSelector;

    @Option(names = {"-A", "--all-namespaces"}, description = "In every namespace.")
    private boolean allNamespaces;

    @Option(names = {"-w", "--watch"}, description = "Go on showing changes.")
    private boolean watch;

    @Option(names = "--no-headers", description = "Without the first line.")
    private boolean noHeaders;

    @Option(names = "--show-labels", description = "With a column of labels.")
    private boolean showLabels;

    @Option(names = "--show-managed-fields", description = "With who manages which field, in yaml and json.")
    private boolean showManagedFields;

    @Override
    public Integer call() throws IOException {
        var form = Output.parse(output);
        var targets = Target.parse(connection, arguments);
        boolean several = targets.size() > 1;
        boolean empty = true;
        for (var target : targets) {
            switch (form) {
                case Output.Table(var wide) -> empty &= !table(target, wide, several);
                default -> {
                    whole(target, form);
                    empty = false;
                }
            }
        }
        if (empty && !watch) {
            System.err.println(allNamespaces ? "No resources found" : "No resources found in " + connection.namespace() + " namespace.");
        }
        return 0;
    }

    private String namespace() {
        return allNamespaces ? "" : connection.namespace();
    }

    private String path(Target target) {
        return target.name().isEmpty() || watch ? target.kind().path(namespace()) : target.kind().path(namespace(), target.name());
    }

    private Map<String, String> query(Target target) {
        var query = new LinkedHashMap<String, String>();
        if (selector != null) {
            query.put("labelSelector", selector);
        }
        var fields = watch && !target.name().isEmpty() ? "metadata.name=" + target.name() : fieldSelector;
        if (fields != null) {
            query.put("fieldSelector", fields);
        }
        return query;
    }

    private void whole(Target target, Output form) throws IOException {
        if (watch) {
            throw new UsageException("-w shows tables only");
        }
        var object = Connection.object(connection.client().send("GET", path(target), query(target), null, null));
        if (!showManagedFields && (form instanceof Output.Yaml || form instanceof Output.JsonText)) {
            Output.items(object).forEach(GetCommand::hideManagedFields);
        }
        form.print(object, target.kind(), System.out);
    }

    private static void hideManagedFields(JsonNode object) {
        if (object.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
    }

    private boolean table(Target target, boolean wide, boolean several) throws IOException {
        var printer = new TablePrinter(allNamespaces && target.kind().type().namespaced(), wide, showLabels, several ? target.kind().qualified() + "/" : "", noHeaders);
        ObjectNode table;
        try (var body = connection.client().open(path(target), query(target), Map.of("Accept", TablePrinter.ACCEPT))) {
            table = (ObjectNode) Json.mapper().readTree(body);
        }
        boolean found = printer.print(table, System.out);
        if (watch) {
            follow(target, printer, table.path("metadata").path("resourceVersion").asText());
        } else if (found && several) {
            System.out.println();
        }
        return found;
    }

    private void follow(Target target, TablePrinter printer, String revision) throws IOException {
        var query = new LinkedHashMap<>(query(target));
        query.put("watch", "true");
        query.put("resourceVersion", revision);
        try (var body = connection.client().open(target.kind().path(namespace()), query, Map.of("Accept", TablePrinter.ACCEPT));
                var events = Json.mapper().readerFor(ObjectNode.class).<ObjectNode>readValues(body)) {
            while (events.hasNext()) {
                var event = events.next();
                if (event.path("type").asText().equals("ERROR")) {
                    throw new ApiException(Json.mapper().treeToValue(event.get("object"), Status.class));
                }
                printer.print((ObjectNode) event.get("object"), System.out);
            }
        }
    }
}
