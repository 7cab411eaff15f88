package io.moka.kubectl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The objects that a command works on: named by arguments, by files, or by labels.
final class Selection {

    @Parameters(paramLabel = "TYPE NAME... | TYPE/NAME...", arity = "0..*")
    private List<String> arguments = List.of();

    @Option(names = {"-f", "--filename"}, paramLabel = "FILE", description = "What these files name.")
    private @Nullable List<String> files;

    @Option(names = {"-l", "--selector"}, paramLabel = "LABELS", description = "All whose labels match.")
    private @Nullable String selector;

    /// One object.
    ///
    /// @param namespace empty for cluster-wide kinds
    record Item(Kind kind, String namespace, String name) {

        String path() {
            return kind.path(namespace, name);
        }

        /// As kubectl calls it in its messages: `deployment.apps/web`.
        @Override
        public String toString() {
            return kind.qualified() + "/" + name;
        }
    }

    /// The objects' names. Objects of arguments and files need not exist.
    ///
    /// @param wholeKinds whether a kind without a name means all objects of it
    List<Item> items(Connection connection, boolean wholeKinds) throws IOException {
        var items = new ArrayList<Item>();
        if (files != null) {
            for (var object : Manifests.read(files)) {
                var kind = Kind.of(connection, object);
                items.add(new Item(kind, kind.type().namespaced() ? object.path("metadata").path("namespace").asText(connection.namespace()) : "",
                        object.path("metadata").path("name").asText()));
            }
            return items;
        }
        if (arguments.isEmpty()) {
            throw new UsageException("You must provide one or more resources by argument or filename, such as: deployment/web");
        }
        for (var target : Target.parse(connection, arguments)) {
            var namespace = target.kind().type().namespaced() ? connection.namespace() : "";
            if (!target.name().isEmpty()) {
                items.add(new Item(target.kind(), namespace, target.name()));
            } else if (selector != null || wholeKinds) {
                for (var object : list(connection, target.kind(), namespace)) {
                    items.add(new Item(target.kind(), namespace, object.path("metadata").path("name").asText()));
                }
            } else {
                throw new UsageException("resource(s) were provided, but no name was specified");
            }
        }
        return items;
    }

    private List<ObjectNode> list(Connection connection, Kind kind, String namespace) {
        Map<String, String> query = selector == null ? Map.of() : Map.of("labelSelector", selector);
        return Output.items(connection.list(kind.path(namespace), query)).stream().map(ObjectNode.class::cast).toList();
    }
}
