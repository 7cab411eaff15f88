package io.moka.apiserver.kinds.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.patch.MergePatch;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.rest.IncludeObject;
import io.moka.apiserver.testing.Trees;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TablesTest {

    private static final Tables TABLES = new Tables(InstantSource.fixed(Instant.parse("2026-01-01T01:00:00Z")));
    private static final GroupVersionKind POD = new GroupVersionKind("", "v1", "Pod");

    static List<Arguments> pods() {
        return Trees.table(TablesTest.class, "pods.yaml");
    }

    static List<Arguments> others() {
        return Trees.table(TablesTest.class, "others.yaml");
    }

    @ParameterizedTest
    @MethodSource("pods")
    void podStates(JsonNode test) {
        ObjectNode pod = Trees.object("{metadata: {name: p}, spec: {containers: [{name: c}]}}");
        ObjectNode changes = test.deepCopy();
        changes.remove(List.of("name", "cells"));
        List<String> cells = cells(POD, (ObjectNode) MergePatch.apply(pod, changes));
        assertEquals(texts(test.get("cells")), cells.subList(1, 4));
    }

    @ParameterizedTest
    @MethodSource("others")
    void cells(JsonNode test) {
        String kind = test.get("kind").asText();
        int slash = kind.lastIndexOf('/');
        ObjectNode base = Trees.object("{metadata: {name: n, creationTimestamp: '2026-01-01T00:00:00Z'}}");
        ObjectNode object = (ObjectNode) MergePatch.apply(base, test.get("object"));
        assertEquals(texts(test.get("cells")), cells(GroupVersionKind.of(kind.substring(0, slash), kind.substring(slash + 1)), object));
    }

    @Test
    void aTableHasDefinitionsMetadataAndRows() {
        ObjectNode pod = Trees.object("{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {a: b}}}");
        ObjectNode table = TABLES.render(POD, List.of(pod), Trees.object("{resourceVersion: '7'}"), IncludeObject.METADATA);
        assertEquals("Table meta.k8s.io/v1 7", table.get("kind").asText() + " " + table.get("apiVersion").asText() + " "
                + table.path("metadata").path("resourceVersion").asText());
        List<String> header = new ArrayList<>();
        table.get("columnDefinitions").forEach(c -> header.add(c.get("name").asText() + c.get("priority").asInt()));
        assertEquals(List.of("Name0", "Ready0", "Status0", "Restarts0", "Age0", "IP1", "Node1", "Nominated Node1", "Readiness Gates1"), header);
        assertEquals(Trees.node("{kind: PartialObjectMetadata, apiVersion: meta.k8s.io/v1, metadata: {name: p, labels: {a: b}}}"),
                table.path("rows").path(0).get("object"));
    }

    @Test
    void rowsCarryWhatIsAskedFor() {
        ObjectNode pod = Trees.object("{apiVersion: v1, kind: Pod, metadata: {name: p}}");
        assertFalse(TABLES.render(POD, List.of(pod), Trees.object("{}"), IncludeObject.NONE).path("rows").path(0).has("object"));
        assertEquals(pod, TABLES.render(POD, List.of(pod), Trees.object("{}"), IncludeObject.OBJECT).path("rows").path(0).get("object"));
        assertEquals(IncludeObject.METADATA, IncludeObject.parse(null));
        assertThrows(IllegalArgumentException.class, () -> IncludeObject.parse("All"));
    }

    @ParameterizedTest
    @CsvSource({"-5,<invalid>", "-1,0s", "0,0s", "119,119s", "120,2m", "125,2m5s", "600,10m", "10799,179m", "10800,3h", "11100,3h5m",
            "28800,8h", "172799,47h", "172800,2d", "176400,2d1h", "691200,8d", "63072000,2y", "66000000,2y33d", "252288000,8y"})
    void durationsAreShort(long seconds, String text) {
        assertEquals(text, Cells.humanDuration(Duration.ofSeconds(seconds)));
    }

    private static List<String> cells(GroupVersionKind kind, ObjectNode object) {
        return texts(TABLES.render(kind, List.of(object), Trees.object("{}"), IncludeObject.NONE).path("rows").path(0).path("cells"));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
