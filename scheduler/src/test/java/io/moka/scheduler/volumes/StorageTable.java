package io.moka.scheduler.volumes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.moka.machinery.client.Json;
import io.moka.machinery.meta.ObjectKey;
import io.moka.scheduler.cache.Fixtures;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;

/// Cases from `cases.yaml`: objects by template, changed; the last pod without a node is the one to schedule; `expect` says for each node nothing, or why not.
final class StorageTable {

    private static final ObjectMapper PLAIN = new ObjectMapper();

    private StorageTable() {
    }

    static Stream<Case> cases() {
        try (var stream = StorageTable.class.getResourceAsStream("cases.yaml")) {
            var table = (JsonNode) PLAIN.valueToTree(new Yaml().load(stream));
            return StreamSupport.stream(table.path("cases").spliterator(), false).map(row -> new Case(table, row));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Objects that a test may change as a server would.
    static final class Objects {
        final Map<ObjectKey, PersistentVolumeClaim> claims = new ConcurrentHashMap<>();
        final Map<ObjectKey, PersistentVolume> volumes = new ConcurrentHashMap<>();
        final Map<String, StorageClass> classes = new TreeMap<>();
        final Map<String, CSINode> csiNodes = new TreeMap<>();

        Storage storage() {
            return new Storage(new AssumedObjects<>(claims::get, () -> List.copyOf(claims.values())), new AssumedObjects<>(volumes::get, () -> List.copyOf(volumes.values())),
                    classes::get, csiNodes::get);
        }
    }

    record Case(JsonNode table, JsonNode row) {

        private List<HasMetadata> all() {
            var all = new ArrayList<HasMetadata>();
            for (var object : row.path("objects")) {
                var fields = ((ObjectNode) object).deepCopy();
                var template = table.path("templates").path(fields.remove("of").asText());
                try {
                    all.add((HasMetadata) Json.mapper().readValue(merged(template.deepCopy(), fields).toString(), KubernetesResource.class));
                } catch (IOException e) {
                    throw new UncheckedIOException(toString(), e);
                }
            }
            return all;
        }

        private static JsonNode merged(JsonNode target, JsonNode change) {
            if (!(target instanceof ObjectNode object) || !change.isObject()) {
                return change;
            }
            change.properties().forEach(field -> {
                if (field.getValue().isNull()) {
                    object.remove(field.getKey());
                } else {
                    object.set(field.getKey(), object.has(field.getKey()) ? merged(object.get(field.getKey()), field.getValue()) : field.getValue());
                }
            });
            return object;
        }

        Objects objects() {
            var objects = new Objects();
            for (var object : all()) {
                switch (object) {
                    case PersistentVolumeClaim claim -> objects.claims.put(ObjectKey.of(claim), claim);
                    case PersistentVolume volume -> objects.volumes.put(ObjectKey.of(volume), volume);
                    case StorageClass one -> objects.classes.put(one.getMetadata().getName(), one);
                    case CSINode one -> objects.csiNodes.put(one.getMetadata().getName(), one);
                    default -> { }
                }
            }
            return objects;
        }

        Snapshot snapshot() {
            var nodes = new ArrayList<Node>();
            row.path("nodes").properties().forEach(node -> {
                var labels = new TreeMap<>(Map.of("kubernetes.io/hostname", node.getKey()));
                node.getValue().properties().forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
                nodes.add(Fixtures.node(node.getKey()).editMetadata().withLabels(labels).endMetadata().build());
            });
            return Fixtures.snapshot(nodes, all().stream().filter(Pod.class::isInstance).map(Pod.class::cast).filter(pod -> pod.getSpec().getNodeName() != null).toList());
        }

        PodInfo pod() {
            return all().stream().filter(Pod.class::isInstance).map(Pod.class::cast).filter(pod -> pod.getSpec().getNodeName() == null).map(PodInfo::of).reduce((a, b) -> b).orElseThrow();
        }

        String plugin() {
            return row.path("plugin").asText();
        }

        Map<String, String> expected() {
            var expected = new TreeMap<String, String>();
            row.path("expect").properties().forEach(field -> expected.put(field.getKey(), field.getValue().asText()));
            return expected;
        }

        @Override
        public String toString() {
            return row.path("name").asText();
        }
    }
}
