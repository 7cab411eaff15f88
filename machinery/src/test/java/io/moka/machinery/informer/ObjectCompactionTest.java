package io.moka.machinery.informer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.machinery.client.Json;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A compacted object says the same as before, can be copied and changed as before, and holds no empty list or map of its own.
class ObjectCompactionTest {

    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: web-1, namespace: default, labels: {app: web}, annotations: {a: "1", b: "2"}, resourceVersion: "7", finalizers: [x/y]}
            spec:
              nodeName: n
              nodeSelector: {disk: ssd}
              containers:
              - name: c
                image: web
                args: [a, b, c]
                ports: [{containerPort: 80}]
                resources: {requests: {cpu: 100m, memory: 1Gi}, limits: {cpu: "1"}}
                env: [{name: A, value: b}, {name: B, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
              affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: k, operator: In, values: [v]}]}]}}}
              unknownField: {kept: [1, 2]}
            status:
              phase: Running
              conditions: [{type: Ready, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z"}, {type: PodScheduled, status: "True"}]
              containerStatuses: [{name: c, image: web, imageID: i, ready: true, restartCount: 0, state: {running: {startedAt: "2026-01-01T00:00:00Z"}}}]
            """;

    private static Pod pod() throws Exception {
        return Json.mapper().treeToValue(tree(), Pod.class);
    }

    private static JsonNode tree() throws Exception {
        return new YAMLMapper().readTree(POD);
    }

    @Test
    void contentStays() throws Exception {
        var pod = pod();
        assertSame(pod, ObjectCompaction.compact(pod));
        assertEquals(pod(), pod);
        assertEquals(Json.tree(pod()), Json.tree(pod));
        assertEquals(pod(), ObjectCompaction.compact(pod));
    }

    @Test
    void nothingEmptyIsLeftOfItsOwn() throws Exception {
        var before = new Census();
        before.count(pod());
        var after = new Census();
        after.count(ObjectCompaction.compact(pod()));
        assertTrue(before.empty.size() > 50, "before: " + before.empty.size());
        assertEquals(Set.of(Collections.emptyList(), Collections.emptyMap()), Set.copyOf(after.empty.keySet()));
        assertEquals(2, after.empty.size());
    }

    @Test
    void aCopyCanBeChanged() throws Exception {
        var pod = ObjectCompaction.compact(pod());
        var changed = new PodBuilder(pod).editMetadata().addToLabels("more", "x").addToFinalizers("z/z").endMetadata()
                .editSpec().editFirstContainer().addToArgs("d").addNewVolumeMount().withName("v").endVolumeMount().endContainer().endSpec().build();
        assertEquals(Map.of("app", "web", "more", "x"), changed.getMetadata().getLabels());
        assertEquals(List.of("a", "b", "c", "d"), changed.getSpec().getContainers().getFirst().getArgs());
        assertEquals("v", changed.getSpec().getContainers().getFirst().getVolumeMounts().getFirst().getName());
        var copy = Json.copy(pod);
        copy.getMetadata().getLabels().put("b", "c");
        copy.getSpec().getTolerations().add(null);
        assertEquals(Map.of("app", "web"), pod.getMetadata().getLabels());
        assertThrows(UnsupportedOperationException.class, () -> pod.getMetadata().getLabels().put("b", "c"));
    }

    @Test
    void nullsAreKept() {
        var pod = new PodBuilder().withNewMetadata().withName("a").endMetadata().withNewSpec().endSpec().build();
        pod.getSpec().setContainers(new ArrayList<>(Collections.singletonList(null)));
        pod.getSpec().setTolerations(null);
        pod.getMetadata().setLabels(new LinkedHashMap<>(Collections.singletonMap("a", null)));
        ObjectCompaction.compact(pod);
        assertEquals(Collections.singletonList(null), pod.getSpec().getContainers());
        assertEquals(Collections.singletonMap("a", null), pod.getMetadata().getLabels());
        assertEquals(null, pod.getSpec().getTolerations());
    }

    @Test
    void objectsOfUnknownKinds() throws Exception {
        var object = Json.mapper().treeToValue(tree(), GenericKubernetesResource.class);
        assertEquals(Json.mapper().treeToValue(tree(), GenericKubernetesResource.class), ObjectCompaction.compact(object));
    }

    /// The empty lists and maps that an object reaches, each once.
    private static final class Census {

        private final Map<Object, Boolean> empty = new IdentityHashMap<>();

        void count(Object object) throws IllegalAccessException {
            switch (object) {
                case null -> { }
                case Collection<?> list -> container(list, list.isEmpty(), list);
                case Map<?, ?> map -> container(map, map.isEmpty(), map.values());
                default -> fields(object);
            }
        }

        private void container(Object container, boolean isEmpty, Collection<?> elements) throws IllegalAccessException {
            if (isEmpty) {
                empty.put(container, true);
            }
            for (var element : elements) {
                count(element);
            }
        }

        private void fields(Object object) throws IllegalAccessException {
            if (object.getClass().getName().startsWith("io.fabric8.")) {
                for (Field field : object.getClass().getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())) {
                        field.setAccessible(true);
                        count(field.get(object));
                    }
                }
            }
        }
    }
}
