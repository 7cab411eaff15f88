package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `edit`: changes an object in an editor. An object that the server refuses comes back into the editor, with the reason above it.
@Command(name = "edit", mixinStandardHelpOptions = true, description = "Change objects in an editor (KUBE_EDITOR, EDITOR, or vi).")
final class EditCommand implements Callable<Integer> {

    private static final String HEADER = """
            # Please edit the object below. Lines beginning with a '#' will be ignored,
            # and an empty file will abort the edit. If an error occurs while saving this file will be
            # reopened with the relevant failures.
            #
            """;

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Selection selection = new Selection();

    @Override
    public Integer call() throws IOException, InterruptedException {
        for (var item : selection.items(connection, false)) {
            edit(item);
        }
        return 0;
    }

    private void edit(Selection.Item item) throws IOException, InterruptedException {
        var object = connection.get(item.path());
        if (object.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
        var file = Files.createTempFile("kubectl-edit-", ".yaml");
        var original = Output.yaml().writeValueAsString(object);
        var shown = original;
        var failure = "";
        while (true) {
            Files.writeString(file, HEADER + failure + shown);
            openEditor(file);
            var text = withoutComments(Files.readString(file));
            if (text.isBlank() || text.equals(shown)) {
                System.err.println(failure.isEmpty() ? "Edit cancelled, " + (text.isBlank() ? "saved file was empty." : "no changes made.")
                        : "A copy of your changes has been stored to \"" + file + "\"\nerror: Edit cancelled, no valid changes were saved.");
                if (!failure.isEmpty()) {
                    throw new SilentExit(1);
                }
                break;
            }
            try {
                save(item, object, text);
                System.out.println(item + " edited");
                break;
            } catch (ApiException | UsageException e) {
                failure = Kubectl.explain(e).lines().map(line -> "# " + line + "\n").collect(Collectors.joining("", "", "#\n"));
                shown = text;
            }
        }
        Files.deleteIfExists(file);
    }

    private void save(Selection.Item item, ObjectNode before, String text) throws IOException {
        List<ObjectNode> objects = new ArrayList<>();
        Manifests.parse(text, "the edited file", objects);
        if (objects.size() != 1) {
            throw new UsageException("the edited file has to hold one object");
        }
        JsonNode after = objects.getFirst();
        if (!after.at("/metadata/name").equals(before.at("/metadata/name")) || !after.path("kind").equals(before.path("kind"))) {
            throw new UsageException("At least one of apiVersion, kind and name was changed");
        }
        connection.patch(item.path(), PatchType.MERGE, difference(before, after));
    }

    /// A JSON merge patch from one object to the other.
    static JsonNode difference(JsonNode before, JsonNode after) {
        if (!(before instanceof ObjectNode from) || !(after instanceof ObjectNode to)) {
            return after;
        }
        var patch = to.objectNode();
        to.properties().forEach(entry -> {
            var old = from.get(entry.getKey());
            if (!entry.getValue().equals(old)) {
                patch.set(entry.getKey(), old == null ? entry.getValue() : difference(old, entry.getValue()));
            }
        });
        from.fieldNames().forEachRemaining(name -> {
            if (!to.has(name)) {
                patch.putNull(name);
            }
        });
        return patch;
    }

    private static String withoutComments(String text) {
        return text.lines().dropWhile(line -> line.startsWith("#")).map(line -> line + "\n").collect(Collectors.joining());
    }

    private static void openEditor(Path file) throws IOException, InterruptedException {
        var editor = System.getenv().getOrDefault("KUBE_EDITOR", System.getenv().getOrDefault("EDITOR", "vi"));
        int status = new ProcessBuilder("sh", "-c", editor + " \"$0\"", file.toString()).inheritIO().start().waitFor();
        if (status != 0) {
            throw new UsageException("there was a problem with the editor \"" + editor + "\"");
        }
    }
}
