package io.moka.conformance.fabric8;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.informers.cache.Lister;
import io.moka.conformance.CuttableProxy;
import io.moka.conformance.Eventually;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Watches, and informers that survive the end of a watch.
class WatchingTest extends ClusterTest {

    private static String namespace;

    @BeforeAll
    static void begin() {
        namespace = namespace(WatchingTest.class);
    }

    private static void write(String name, String value) {
        CLIENT.configMaps().inNamespace(namespace).resource(labelled(name, value)).createOr(existing -> existing.update());
    }

    private static ConfigMap labelled(String name, String value) {
        return new ConfigMapBuilder(configMap(name, value)).editMetadata().addToLabels("set", name.replaceAll("-.*", "")).endMetadata().build();
    }

    private static void delete(String name) {
        CLIENT.configMaps().inNamespace(namespace).withName(name).delete();
    }

    @Test
    void changesOfASelectionAreWatchedOverAWebSocket() {
        var seen = new Seen<ConfigMap>();
        try (var watch = CLIENT.configMaps().inNamespace(namespace).withLabel("set", "all").watch(seen)) {
            assertEquals("WatchConnectionManager", watch.getClass().getSimpleName(), "the client's watch over a WebSocket; it falls back to another");
            write("other", "1");
            write("all-a", "1");
            write("all-a", "2");
            write("all-b", "1");
            delete("all-a");
            assertEquals(List.of("ADDED all-a", "MODIFIED all-a", "ADDED all-b", "DELETED all-a"), List.of(seen.next(), seen.next(), seen.next(), seen.next()));
        }
    }

    @Test
    void oneObjectIsWatchedByItsName() {
        var seen = new Seen<ConfigMap>();
        write("one-a", "1");
        try (var watch = CLIENT.configMaps().inNamespace(namespace).withName("one-a").watch(seen)) {
            assertNotNull(watch);
            assertEquals("ADDED one-a", seen.next());
            write("one-b", "1");
            write("one-a", "2");
            assertEquals("MODIFIED one-a", seen.next());
        }
    }

    @Test
    void watchBeginsAfterARevision() {
        write("rev-a", "1");
        var revision = CLIENT.configMaps().inNamespace(namespace).list().getMetadata().getResourceVersion();
        write("rev-b", "1");
        var seen = new Seen<ConfigMap>();
        try (var watch = CLIENT.configMaps().inNamespace(namespace).withLabel("set", "rev").watch(new ListOptionsBuilder().withResourceVersion(revision).build(), seen)) {
            assertNotNull(watch);
            assertEquals("ADDED rev-b", seen.next());
        }
    }

    @Test
    void informerKeepsAnIndexedCopy() {
        write("inf-a", "1");
        var seen = new Seen<ConfigMap>();
        try (var informer = CLIENT.configMaps().inNamespace(namespace).withLabel("set", "inf").inform(seen)) {
            informer.addIndexers(Map.of("value", map -> List.of(map.getData().get("key"))));
            assertEquals("ADDED inf-a", seen.next());
            write("inf-b", "2");
            assertEquals("ADDED inf-b", seen.next());
            var lister = new Lister<>(informer.getIndexer(), namespace);
            assertEquals("2", lister.get("inf-b").getData().get("key"));
            assertEquals(List.of("inf-a"), informer.getIndexer().byIndex("value", "1").stream().map(map -> map.getMetadata().getName()).toList());
            delete("inf-a");
            assertEquals("DELETED inf-a", seen.next());
            assertEquals(1, lister.list().size());
        }
    }

    @Test
    void informerWhoseWatchIsCutMissesNothing() throws Exception {
        var config = config();
        try (var proxy = new CuttableProxy(URI.create(config.getMasterUrl()));
                var client = client(new ConfigBuilder(config).withMasterUrl(proxy.url()).withWatchReconnectInterval(100).build())) {
            var seen = new Seen<ConfigMap>();
            write("cut-a", "1");
            try (var informer = client.configMaps().inNamespace(namespace).withLabel("set", "cut").inform(seen)) {
                assertEquals("ADDED cut-a", seen.next());
                for (int round = 0; round < 3; round++) {
                    proxy.cut();
                    write("cut-" + round, "1");
                    assertEquals("ADDED cut-" + round, seen.next());
                    write("cut-" + round, "2");
                    assertEquals("MODIFIED cut-" + round, seen.next());
                }
                Eventually.see("the copy is whole", () -> informer.getStore().list().size(), size -> size == 4);
            }
        }
    }

    @Test
    void waitingForAConditionSeesIt() throws Exception {
        var waiting = CLIENT.configMaps().inNamespace(namespace).withName("awaited").informOnCondition(maps -> maps.stream().anyMatch(map -> "2".equals(map.getData().get("key"))));
        write("awaited", "1");
        write("awaited", "2");
        assertEquals(1, waiting.get(PATIENCE_SECONDS, java.util.concurrent.TimeUnit.SECONDS).size());
    }
}
