package io.moka.kubectl;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `patch`: changes parts of objects.
@Command(name = "patch", mixinStandardHelpOptions = true, description = "Change parts of objects.")
final class PatchCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Selection selection = new Selection();

    @Option(names = {"-p", "--patch"}, paramLabel = "PATCH", description = "The change, as JSON or YAML.")
    private @Nullable String patch;

    @Option(names = "--patch-file", paramLabel = "FILE", description = "A file that holds the change.")
    private @Nullable Path patchFile;

    @Option(names = "--type", paramLabel = "TYPE", defaultValue = "strategic", description = "json, merge or strategic (${DEFAULT-VALUE}).")
    private String type = "strategic";

    @Option(names = "--subresource", paramLabel = "NAME", description = "Change this subresource: status, scale, resize.")
    private @Nullable String subresource;

    @Option(names = "--dry-run", paramLabel = "WHERE", defaultValue = "none", description = "server: let the server check it and keep nothing.")
    private String dryRun = "none";

    @Option(names = {"-o", "--output"}, paramLabel = "FORM", defaultValue = "", description = "yaml, json, name or jsonpath=TEMPLATE.")
    private String output = "";

    @Override
    public Integer call() throws IOException {
        var body = Json.bytes(body());
        for (var item : selection.items(connection, false)) {
            var before = connection.get(item.path());
            var query = new LinkedHashMap<>(Map.of("fieldManager", "kubectl-patch"));
            if (dryRun.equals("server")) {
                query.put("dryRun", "All");
            }
            var after = Connection.object(connection.client().send("PATCH", item.path() + (subresource == null ? "" : "/" + subresource), query, patchType().mediaType(), body));
            if (!output.isEmpty()) {
                Output.parse(output).print(after, item.kind(), System.out);
                continue;
            }
            boolean same = after.path("metadata").path("resourceVersion").equals(before.path("metadata").path("resourceVersion"));
            System.out.println(item + " patched" + (dryRun.equals("server") ? " (server dry run)" : same ? " (no change)" : ""));
        }
        return 0;
    }

    private PatchType patchType() {
        return switch (type) {
            case "json" -> PatchType.JSON;
            case "merge" -> PatchType.MERGE;
            case "strategic" -> PatchType.STRATEGIC;
            default -> throw new UsageException("--type must be one of [json merge strategic], not \"" + type + "\"");
        };
    }

    private JsonNode body() throws IOException {
        if ((patch == null) == (patchFile == null)) {
            throw new UsageException("must specify exactly one of --patch or --patch-file");
        }
        var text = patch == null ? Files.readString(patchFile) : patch;
        try {
            return new YAMLMapper().readTree(text);
        } catch (JacksonException e) {
            throw new UsageException("unable to parse \"" + text + "\": " + String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse(""));
        }
    }
}
