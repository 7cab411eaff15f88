package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.kubectl.describe.Describer;
import io.moka.machinery.client.ApiException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `describe`: everything about an object, with the events that tell its story.
@Command(name = "describe", mixinStandardHelpOptions = true, description = "Show everything about objects, and their events.")
final class DescribeCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Parameters(paramLabel = "TYPE [NAME] | TYPE/NAME", arity = "1..*")
    private List<String> arguments = List.of();

    @Option(names = {"-l", "--selector"}, paramLabel = "LABELS", description = "Only objects whose labels match.")
    private @Nullable String selector;

    @Override
    public Integer call() {
        boolean first = true;
        for (var target : Target.parse(connection, arguments)) {
            var path = target.name().isEmpty() ? target.kind().path(connection.namespace()) : target.path(connection);
            var query = selector == null ? Map.<String, String>of() : Map.of("labelSelector", selector);
            var answer = Connection.object(connection.client().send("GET", path, query, null, null));
            for (var object : Output.items(answer)) {
                if (!first) {
                    System.out.println("\n");
                }
                first = false;
                withKind((ObjectNode) object, target.kind());
                System.out.print(Describer.describe(object, this::list, Instant.now()));
            }
        }
        return 0;
    }

    /// Items of a list come without their kind.
    private static void withKind(ObjectNode object, Kind kind) {
        object.put("kind", kind.type().kind()).put("apiVersion", kind.type().apiVersion());
    }

    /// Objects around the described one; the description does without those that the caller may not see.
    private List<JsonNode> list(String path, Map<String, String> query) {
        try {
            return Output.items(Connection.object(connection.client().send("GET", path, query, null, null)));
        } catch (ApiException e) {
            return List.of();
        }
    }
}
