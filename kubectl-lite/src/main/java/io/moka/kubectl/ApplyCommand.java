package io.moka.kubectl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.PatchType;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `apply`: makes objects as the files say, leaving alone what others have set.
@Command(name = "apply", mixinStandardHelpOptions = true, description = "Make objects as files say.")
final class ApplyCommand implements Callable<Integer> {

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

    /// Whether the server knows by which keys lists of the kind are merged.
    static boolean isBuiltIn(Kind kind) {
        return !kind.type().group().contains(".") || kind.type().group().endsWith(".k8s.io");
    }

    private String apply(ObjectNode object) throws IOException {
        var kind = Kind.of(connection, object);
        var name = object.path("metadata").path("name").asText();
        if (name.isEmpty()) {
            throw new UsageException("a " + kind.type().kind() + " without metadata.name cannot be applied; use create");
        }
        var namespace = object.path("metadata").path("namespace").asText(connection.namespace());
        var present = connection.find(kind.path(namespace, name));
        var annotated = LastApplied.annotate(object, kind.type().namespaced() ? namespace : "");
        if (present == null) {
            connection.post(kind.path(namespace), annotated);
            return kind.qualified() + "/" + name + " created";
        }
        boolean builtIn = isBuiltIn(kind);
        var patch = new ThreeWay(builtIn).patch(LastApplied.of(present), annotated);
        var after = connection.patch(kind.path(namespace, name), builtIn ? PatchType.STRATEGIC : PatchType.MERGE, patch);
        boolean same = after.path("metadata").path("resourceVersion").equals(present.path("metadata").path("resourceVersion"));
        return kind.qualified() + "/" + name + (same ? " unchanged" : " configured");
    }
}
