package io.moka.apiserver.core.fieldmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.schema.Field;
import io.moka.apiserver.core.schema.ObjectSchema;
import io.moka.apiserver.core.schema.Schema;
import io.moka.apiserver.core.status.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Merges a configuration into an object as an apply does, but without an owner: no ownership is recorded, so later merges remove nothing.
public final class UnownedMerge {
    private final List<String> atomics = new ArrayList<>(0);

    private UnownedMerge() {}

    /// Thrown when the configuration does not fit the kind, or would replace an atomic list, map or struct.
    public static final class Refused extends Exception {
        Refused(String message) {
            super(message, null, false, false);
        }
    }

    /// Returns the merged object, as a new tree.
    public static ObjectNode of(ObjectSchema schema, ObjectNode live, ObjectNode config) throws Refused {
        try {
            Configuration.check(schema, config);
        } catch (ApiException misfit) {
            throw new Refused("failed to convert patch object to typed object: " + misfit.getMessage());
        }
        UnownedMerge search = new UnownedMerge();
        search.find(schema.struct(), null, config, "");
        if (!search.atomics.isEmpty()) {
            throw new Refused("invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: " + String.join(", ", search.atomics));
        }
        return Merge.of(schema.struct(), live, config).deepCopy();
    }

    private void find(@Nullable Schema schema, @Nullable Field field, JsonNode value, String path) {
        switch (Granularity.of(schema, field, value)) {
            case LEAF -> {
                if (value.isContainerNode()) {
                    atomics.add(path);
                }
            }
            case FIELDS, ENTRIES -> {
                for (Map.Entry<String, JsonNode> entry : value.properties()) {
                    Field below = Granularity.field(schema, entry.getKey());
                    find(Granularity.below(schema, below), below, entry.getValue(), path + "." + entry.getKey());
                }
            }
            case ITEMS -> {
                ArrayNode items = (ArrayNode) value;
                for (int i = 0; i < items.size(); i++) {
                    find(Granularity.items(schema), null, items.get(i), path + "[" + i + "]");
                }
            }
        }
    }
}
