package io.moka.apiserver.core.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ObjectScannerTest {
    private final ObjectScanner pods = new ObjectScanner(Catalog.builtin().get("", "v1", "pods"));

    private static byte[] bytes(String json) {
        return json.getBytes(UTF_8);
    }

    @Test
    void labelsAndFieldsAreFoundWhereverTheyStand() {
        CachedObject pod = pods.scan("ns/p", bytes("""
                {"status":{"phase":"Running","podIP":"10.0.0.1"},"spec":{"containers":[{"nodeName":"no"}],"hostNetwork":true,"nodeName":"n1"},
                "metadata":{"name":"p","labels":{"a":"b"},"annotations":{"labels":"x"}}}"""), 7);
        assertEquals(Map.of("a", "b"), pod.labels());
        assertEquals(List.of("n1", "", "", "", "true", "Running", "10.0.0.1", ""), pod.fields());
        assertEquals("ns", pod.namespace());
        assertEquals("p", pod.name());
    }

    @Test
    void revisionIsPutIntoTheMetadataAndReplacedLater() {
        CachedObject pod = pods.scan("ns/p", bytes("{\"metadata\":{\"name\":\"ü\"}}"), 99);
        assertEquals("99", Json.text(Json.read(pod.json()), "metadata", "resourceVersion"));
        CachedObject later = pod.withRevision(100);
        assertEquals("{\"metadata\":{\"resourceVersion\":\"100\",\"name\":\"ü\"}}", new String(later.json(), UTF_8));
        assertEquals("{\"metadata\":{\"resourceVersion\":\"101\",\"name\":\"ü\"}}", new String(later.withRevision(101).json(), UTF_8));
    }

    @Test
    void metadataIsCutOutOfTheBytesUnderEveryRevision() {
        CachedObject pod = pods.scan("ns/p", bytes("{\"spec\":{\"nodeName\":\"ü\"}, \"metadata\" : {\"name\":\"p\",\"labels\":{\"a\":\"ü}\"} } ,\"status\":{}}"), 99);
        assertEquals("{\"resourceVersion\":\"99\",\"name\":\"p\",\"labels\":{\"a\":\"ü}\"} }", new String(pod.metadata(), UTF_8));
        assertEquals("{\"resourceVersion\":\"100\",\"name\":\"p\",\"labels\":{\"a\":\"ü}\"} }", new String(pod.withRevision(100).metadata(), UTF_8));
    }

    @Test
    void whatIsNoObjectIsRefused() {
        assertThrows(RuntimeException.class, () -> pods.scan("ns/p", bytes("nonsense"), 1));
        assertThrows(RuntimeException.class, () -> pods.scan("ns/p", bytes("{}"), 1));
    }
}
