package io.moka.scheduler.filters;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.client.Json;
import io.moka.scheduler.cache.Fixtures;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Clusters for tests as one line: `a/z1: web web db; b/z2: -; c/: ~web`. A node is `name/zone` (no zone: no label), `!` before it taints it; a pod is its
/// label `app`, with `~` before it one that is being deleted, with `namespace.` before it one of another namespace than `n`, with `#` behind it
/// one with required anti-affinity to its own kind by node, with `%` by zone.
public final class ClusterText {

    private static final String ZONE = "topology.kubernetes.io/zone";

    private ClusterText() {
    }

    public static Snapshot snapshot(String text) {
        var nodes = new ArrayList<Node>();
        var pods = new ArrayList<Pod>();
        for (var part : text.split(";")) {
            var sides = part.strip().split(":", 2);
            var names = sides[0].replace("!", "").split("/", -1);
            var node = Fixtures.node(names[0]);
            if (!names[1].isEmpty()) {
                node = node.editMetadata().addToLabels(ZONE, names[1]).endMetadata();
            }
            if (sides[0].startsWith("!")) {
                node = node.editSpec().addNewTaint().withKey("k").withEffect("NoSchedule").endTaint().endSpec();
            }
            nodes.add(node.build());
            for (var pod : sides[1].strip().split("\\s+")) {
                if (!pod.equals("-")) {
                    pods.add(running(pod, names[0], "q" + pods.size()));
                }
            }
        }
        return Fixtures.snapshot(nodes, pods);
    }

    private static Pod running(String text, String node, String name) {
        var app = text.replaceAll("^~|[#%]$", "");
        var namespace = app.contains(".") ? app.substring(0, app.indexOf('.')) : "n";
        app = app.substring(app.indexOf('.') + 1);
        var pod = Fixtures.pod(name).editMetadata().withNamespace(namespace).addToLabels("app", app).endMetadata().editSpec().withNodeName(node).endSpec();
        if (text.startsWith("~")) {
            pod = pod.editMetadata().withDeletionTimestamp("2026-01-01T00:00:00Z").endMetadata();
        }
        if (text.endsWith("#") || text.endsWith("%")) {
            pod = pod.editSpec().withNewAffinity().withNewPodAntiAffinity().addNewRequiredDuringSchedulingIgnoredDuringExecution()
                    .withTopologyKey(text.endsWith("#") ? "kubernetes.io/hostname" : ZONE).withNewLabelSelector().addToMatchLabels("app", app).endLabelSelector()
                    .endRequiredDuringSchedulingIgnoredDuringExecution().endPodAntiAffinity().endAffinity().endSpec();
        }
        return pod.build();
    }

    /// A pod with labels `app` and `version: v1`, and a spec with these fields besides, as JSON with single quotes.
    public static PodInfo pod(String app, String spec) {
        var base = Fixtures.pod("p").editMetadata().addToLabels("app", app).addToLabels("version", "v1").endMetadata().build();
        try {
            JsonNode merged = Json.mapper().valueToTree(base);
            Json.mapper().readerForUpdating(merged.path("spec")).readValue(spec.replace('\'', '"'));
            return PodInfo.of(Json.mapper().treeToValue(merged, Pod.class));
        } catch (IOException e) {
            throw new IllegalArgumentException(spec, e);
        }
    }

    static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }
}
