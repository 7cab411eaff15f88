package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.PatchType;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `apply`: makes objects as the files say, leaving alone what others have set.
@Command(name = "apply", mixinStandardHelpOptions = true, description = "Make objects as files say.")
final class ApplyCommand implements Callable<Integer> {

    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    @Mixin
    private Connection connection = new Connection();

    @Option(names = {"-f", "--filename"}, paramLabel = "FILE", required = true, description = "File, folder, or - for standard input.")
    private List<String> files = List.of();

    @Override
    public Integer call() throws IOException {
        for (var object : Manifests.read(files)) {
            System.out.println(apply(object));
        }
        return 0;
    }

    private String apply(ObjectNode object) throws IOException {
        var kind = Kind.of(connection, object);
        var name = object.path("metadata").path("name").asText();
        if (name.isEmpty()) {
            throw new UsageException("a " + kind.type().kind() + " without metadata.name cannot be applied; use create");
        }
        var namespace = object.path("metadata").path("namespace").asText(connection.namespace());
        var present = connection.find(kind.path(namespace, name));
        var marked = marked(object);
        if (present == null) {
            connection.post(kind.path(namespace), marked);
            return kind.qualified() + "/" + name + " created";
        }
        boolean builtIn = !kind.type().group().contains(".") || kind.type().group().endsWith(".k8s.io");
        var patch = new ThreeWay(builtIn).patch(last(present), marked);
        var after = connection.patch(kind.path(namespace, name), builtIn ? PatchType.STRATEGIC : PatchType.MERGE, patch);
        boolean same = after.path("metadata").path("resourceVersion").equals(present.path("metadata").path("resourceVersion"));
        return kind.qualified() + "/" + name + (same ? " unchanged" : " configured");
    }

    private static @Nullable JsonNode last(JsonNode present) throws IOException {
        var text = present.path("metadata").path("annotations").path(LAST_APPLIED).asText("");
        return text.isEmpty() ? null : Json.mapper().readTree(text);
    }

    /// The object with a note of what was applied, for the next time.
    private static ObjectNode marked(ObjectNode object) {
        var marked = object.deepCopy();
        var annotations = marked.withObject("/metadata/annotations");
        annotations.remove(LAST_APPLIED);
        var note = marked.toString() + "\n";
        annotations.put(LAST_APPLIED, note);
        return marked;
    }
}
