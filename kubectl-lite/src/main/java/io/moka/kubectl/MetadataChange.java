package io.moka.kubectl;

import io.moka.machinery.client.Json;
import io.moka.machinery.client.PatchType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// `key=value` sets, `key-` removes: what `label` and `annotate` have in common.
final class MetadataChange {

    private final Connection connection;
    private final String field;
    private final boolean overwrite;

    /// @param field `labels` or `annotations`
    MetadataChange(Connection connection, String field, boolean overwrite) {
        this.connection = connection;
        this.field = field;
        this.overwrite = overwrite;
    }

    /// @param arguments objects first, then changes
    /// @param undone the word that is printed when nothing is set, only removed
    void run(List<String> arguments, String done, String undone) {
        var objects = new ArrayList<String>();
        Map<String, @Nullable String> changes = new LinkedHashMap<>();
        for (var argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals > 0) {
                changes.put(argument.substring(0, equals), argument.substring(equals + 1));
            } else if (argument.endsWith("-") && !objects.isEmpty()) {
                changes.put(argument.substring(0, argument.length() - 1), null);
            } else {
                objects.add(argument);
            }
        }
        if (changes.isEmpty()) {
            throw new UsageException("say what to change: key=value sets, key- removes");
        }
        for (var target : Target.parse(connection, objects)) {
            change(target, changes);
            System.out.println(target + " " + (changes.values().stream().allMatch(Objects::isNull) ? undone : done));
        }
    }

    private void change(Target target, Map<String, @Nullable String> changes) {
        var path = target.path(connection);
        if (!overwrite) {
            var present = connection.get(path).path("metadata").path(field);
            changes.forEach((key, value) -> {
                if (value != null && present.has(key) && !present.path(key).asText().equals(value)) {
                    throw new UsageException("'" + key + "' already has a value (" + present.path(key).asText() + "), and --overwrite is not set");
                }
            });
        }
        var patch = Json.mapper().createObjectNode();
        var fields = patch.putObject("metadata").putObject(field);
        changes.forEach(fields::put);
        connection.patch(path, PatchType.MERGE, patch);
    }
}
