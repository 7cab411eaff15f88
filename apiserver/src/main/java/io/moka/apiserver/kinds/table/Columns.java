package io.moka.apiserver.kinds.table;

import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.OlderVersions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The columns of each kind, created when a table of the kind is first needed.
final class Columns {

    static final Column NAME = Column.of("Name", Cells::name);
    static final Column AGE = Column.timed("Age", Cells::age);
    static final Column CREATED_AT = Column.path("Created At", "metadata.creationTimestamp", "");

    private static final List<Column> DEFAULT = List.of(NAME, AGE);
    private static final Map<String, List<Column>> KNOWN = new ConcurrentHashMap<>();

    private Columns() {
    }

    static List<Column> of(GroupVersionKind kind) {
        GroupVersionKind known = OlderVersions.sameSchema(kind);
        String name = known.apiVersion() + "/" + known.kind();
        List<Column> columns = KNOWN.get(name);
        if (columns == null) {
            columns = make(name);
            KNOWN.put(name, columns);
        }
        return columns;
    }

    private static List<Column> make(String kind) {
        return switch (kind) {
            case "v1/Pod" -> PodColumns.columns();
            case "v1/Node" -> NodeColumns.columns();
            default -> Stream.<Function<String, @Nullable List<Column>>>of(WorkloadColumns::of, NetworkColumns::of,
                            StorageColumns::of, AccessColumns::of, ObjectColumns::of)
                    .map(chapter -> chapter.apply(kind)).filter(Objects::nonNull).findFirst().orElse(DEFAULT);
        };
    }

    static List<Column> concat(List<Column> first, List<Column> second) {
        List<Column> all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }
}
