package io.moka.scheduler;

import io.moka.scheduler.cache.NodeInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The nodes that fit the pod of a cycle, with their indices in the snapshot.
final class FittingNodes {

    private final List<NodeInfo> nodes;
    private int[] places;

    FittingNodes(int expected) {
        this.nodes = new ArrayList<>(expected);
        this.places = new int[expected];
    }

    void add(NodeInfo node, int place) {
        int size = nodes.size();
        if (size == places.length) {
            places = Arrays.copyOf(places, 2 * size + 1);
        }
        places[size] = place;
        nodes.add(node);
    }

    List<NodeInfo> nodes() {
        return nodes;
    }

    int place(int i) {
        return places[i];
    }

    int size() {
        return nodes.size();
    }
}
