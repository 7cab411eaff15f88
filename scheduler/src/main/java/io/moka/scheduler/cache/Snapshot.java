package io.moka.scheduler.cache;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The nodes as one scheduling cycle sees them. Belongs to the scheduling thread; one cache serves one snapshot.
public final class Snapshot {

    // indexOf gives the place of each node in nodes
    private final List<NodeInfo> nodes = new ArrayList<>();
    private final Map<String, Integer> indexOf = new HashMap<>();

    public List<NodeInfo> nodes() {
        return nodes;
    }

    void set(String name, @Nullable NodeInfo info) {
        var index = indexOf.get(name);
        if (info == null) {
            if (index != null) {
                remove(name, index);
            }
        } else if (index == null) {
            indexOf.put(name, nodes.size());
            nodes.add(info);
        } else {
            nodes.set(index, info);
        }
    }

    private void remove(String name, int index) {
        indexOf.remove(name);
        var last = nodes.removeLast();
        if (index < nodes.size()) {
            nodes.set(index, last);
            indexOf.put(last.name(), index);
        }
    }
}
