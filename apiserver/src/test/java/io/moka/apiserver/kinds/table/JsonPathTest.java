package io.moka.apiserver.kinds.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.testing.Trees;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonPathTest {
    private static final JsonNode OBJECT = Trees.node("""
            {spec: {image: nginx, ports: [80, 443]}, metadata: {labels: {app.kubernetes.io/name: web}},
             status: {conditions: [{type: Ready, status: 'True'}, {type: Synced, status: 'False'}]}}""");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            .spec.image                                     | ["nginx"]
            .spec.ports[1]                                  | [443]
            .spec.ports[-1]                                 | [443]
            .spec.ports[*]                                  | [80,443]
            .spec.missing.deeper                            | []
            .metadata.labels['app.kubernetes.io/name']      | ["web"]
            .metadata.labels.app\\.kubernetes\\.io/name     | ["web"]
            .status.conditions[?(@.type=="Ready")].status   | ["True"]
            .status.conditions[?(@.type!='Ready')].type     | ["Synced"]
            """)
    void pathLeadsTo(String path, String found) {
        assertEquals(found, JsonPath.parse(path).find(OBJECT).toString().replace(", ", ","));
    }

    @ParameterizedTest
    @ValueSource(strings = {"spec", ".a[", ".a[x]", ".a[?(b)]"})
    void whatIsNoPathIsRefused(String path) {
        assertThrows(IllegalArgumentException.class, () -> JsonPath.parse(path));
    }
}
