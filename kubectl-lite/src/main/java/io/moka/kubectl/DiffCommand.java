package io.moka.kubectl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `diff`: what `apply` would change. Status 0: nothing; 1: something; more: an error.
@Command(name = "diff", mixinStandardHelpOptions = true, description = "Show what apply would change (by KUBECTL_EXTERNAL_DIFF, or diff -u -N).")
final class DiffCommand implements Callable<Integer> {

    private static final int FAILED = 2;

    @Mixin
    private Connection connection = new Connection();

    @Option(names = {"-f", "--filename"}, paramLabel = "FILE", required = true, description = "File, folder, or - for standard input.")
    private List<String> files = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("kubectl-diff-");
        var live = Files.createDirectory(folder.resolve("LIVE"));
        var merged = Files.createDirectory(folder.resolve("MERGED"));
        try {
            for (var object : Manifests.read(files)) {
                write(object, live, merged);
            }
            return compare(live, merged);
        } finally {
            delete(folder);
        }
    }

    private void write(ObjectNode object, Path live, Path merged) throws IOException {
        var kind = Kind.of(connection, object);
        var namespace = kind.type().namespaced() ? object.path("metadata").path("namespace").asText(connection.namespace()) : "";
        var name = object.path("metadata").path("name").asText();
        var present = connection.find(kind.path(namespace, name));
        var after = merged(kind, namespace, name, object, present);
        var file = kind.type().apiVersion().replace('/', '.') + "." + kind.type().kind() + "." + namespace + "." + name;
        if (present != null) {
            Files.writeString(live.resolve(file), text(present));
        }
        Files.writeString(merged.resolve(file), text(after));
    }

    /// The object as the server would have it, which keeps nothing of this.
    private ObjectNode merged(Kind kind, String namespace, String name, ObjectNode object, @Nullable ObjectNode present) throws IOException {
        var query = Map.of("fieldManager", "kubectl-lite", "dryRun", "All");
        // Without apply's annotation, which is no change that anybody asked for.
        var wanted = object.deepCopy();
        if (!namespace.isEmpty()) {
            wanted.withObject("/metadata").put("namespace", namespace);
        }
        if (present == null) {
            return Connection.object(connection.client().send("POST", kind.path(namespace), query, "application/json", Json.bytes(wanted)));
        }
        boolean builtIn = ApplyCommand.isBuiltIn(kind);
        var patch = new ThreeWay(builtIn).patch(LastApplied.of(present), wanted);
        return Connection.object(connection.client().send("PATCH", kind.path(namespace, name), query,
                (builtIn ? PatchType.STRATEGIC : PatchType.MERGE).mediaType(), Json.bytes(patch)));
    }

    /// Without who manages what.
    private static String text(ObjectNode object) throws IOException {
        if (object.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
        return Output.yaml().writeValueAsString(object);
    }

    private static int compare(Path live, Path merged) throws IOException, InterruptedException {
        var program = System.getenv().getOrDefault("KUBECTL_EXTERNAL_DIFF", "diff -u -N");
        var command = new ArrayList<>(List.of(program.split(" ")));
        command.addAll(List.of(live.toString(), merged.toString()));
        System.out.flush();
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        return Math.min(status, FAILED);
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
