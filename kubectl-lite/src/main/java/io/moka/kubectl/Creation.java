package io.moka.kubectl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/// How an object is created and shown: `--dry-run` and `-o`.
final class Creation {

    @Option(names = "--dry-run", paramLabel = "WHERE", defaultValue = "none", arity = "0..1", fallbackValue = "client",
            description = "client: send nothing; server: let the server check it and keep nothing.")
    private String dryRun = "none";

    @Option(names = {"-o", "--output"}, paramLabel = "FORM", defaultValue = "", description = "yaml, json, name or jsonpath=TEMPLATE.")
    private String output = "";

    /// Creates the object and says so.
    ///
    /// @return the command's exit status
    int create(Connection connection, Map<String, Object> object) throws IOException {
        create(connection, (ObjectNode) Json.tree(object));
        return 0;
    }

    /// @return the object as the server has it
    ObjectNode create(Connection connection, ObjectNode object) throws IOException {
        var kind = Kind.of(connection, object);
        var created = switch (dryRun) {
            case "none" -> connection.post(path(connection, kind, object), object);
            case "server" -> post(connection, path(connection, kind, object), object);
            case "client" -> object;
            default -> throw new UsageException("Invalid dry-run value (" + dryRun + "). Must be \"none\", \"server\", or \"client\".");
        };
        if (output.isEmpty()) {
            System.out.println(kind.qualified() + "/" + name(created) + " created" + (dryRun.equals("none") ? "" : dryRun.equals("client") ? " (dry run)" : " (server dry run)"));
        } else {
            if (created.get("metadata") instanceof ObjectNode metadata) {
                metadata.remove("managedFields");
            }
            Output.parse(output).print(created, kind, System.out);
        }
        return created;
    }

    boolean keepsNothing() {
        return !dryRun.equals("none");
    }

    private static String name(ObjectNode object) {
        return object.path("metadata").path("name").asText(object.path("metadata").path("generateName").asText());
    }

    private static String path(Connection connection, Kind kind, ObjectNode object) {
        return kind.path(kind.type().namespaced() ? object.path("metadata").path("namespace").asText(connection.namespace()) : "");
    }

    private static ObjectNode post(Connection connection, String path, ObjectNode object) {
        var query = new LinkedHashMap<>(Map.of("fieldManager", "kubectl-lite", "fieldValidation", "Strict", "dryRun", "All"));
        return Connection.object(connection.client().send("POST", path, query, "application/json", Json.bytes(object)));
    }
}
