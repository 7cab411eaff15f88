package io.moka.apiserver.table;

import io.moka.apiserver.resource.GroupVersionKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The columns of each kind.
final class Columns {

    static final Column NAME = Column.of("Name", Cells::name);
    static final Column AGE = Column.timed("Age", Cells::age);
    static final Column CREATED_AT = Column.path("Created At", "metadata.creationTimestamp", "");

    private static final List<Column> DEFAULT = List.of(NAME, AGE);
    private static final Map<String, List<Column>> BY_KIND = new Columns().byKind;

    private final Map<String, List<Column>> byKind = new HashMap<>();

    private Columns() {
        add("v1/Pod", PodColumns.columns());
        add("v1/Node", NodeColumns.columns());
        WorkloadColumns.addTo(this);
        NetworkColumns.addTo(this);
        StorageColumns.addTo(this);
        AccessColumns.addTo(this);
        ObjectColumns.addTo(this);
    }

    static List<Column> of(GroupVersionKind kind) {
        return BY_KIND.getOrDefault(kind.apiVersion() + "/" + kind.kind(), DEFAULT);
    }

    void add(String kind, List<Column> columns) {
        byKind.put(kind, List.copyOf(columns));
    }

    void add(String kind, Column... columns) {
        add(kind, List.of(columns));
    }

    static List<Column> concat(List<Column> first, List<Column> second) {
        List<Column> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
