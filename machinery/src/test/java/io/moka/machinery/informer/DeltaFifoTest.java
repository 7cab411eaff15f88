package io.moka.machinery.informer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.moka.machinery.meta.ObjectKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeltaFifoTest {

    private final AtomicInteger syncs = new AtomicInteger();
    private final DeltaFifo<ConfigMap> fifo = new DeltaFifo<>(syncs::incrementAndGet);
    private final Indexer<ConfigMap> known = new Indexer<>(Map.of());

    private static ConfigMap object(String name, int revision) {
        return new ConfigMapBuilder().withNewMetadata().withNamespace("n").withName(name).withResourceVersion(Integer.toString(revision)).endMetadata().build();
    }

    private static Delta<ConfigMap> put(String name, int revision) {
        return new Delta.Upserted<>(object(name, revision));
    }

    private static Delta<ConfigMap> gone(String name, int revision) {
        return new Delta.Removed<>(object(name, revision));
    }

    private String next() throws InterruptedException {
        var deltas = fifo.pop();
        assert deltas != null;
        fifo.handled(deltas);
        return describe(deltas);
    }

    private static String describe(List<Delta<ConfigMap>> deltas) {
        return String.join(" ", deltas.stream().map(delta -> (delta instanceof Delta.Removed<?> ? "-" : "+")
                + delta.object().getMetadata().getName() + delta.object().getMetadata().getResourceVersion()).toList());
    }

    @Test
    void keysComeInTheOrderOfTheirFirstChangeAndOnlyTheLastStateCounts() throws InterruptedException {
        fifo.add(put("a", 1));
        fifo.add(put("b", 2));
        fifo.add(put("a", 3));
        assertEquals("+a3", next());
        assertEquals("+b2", next());
    }

    @Test
    void anEndAndANewBeginningAreBothKept() throws InterruptedException {
        fifo.add(put("a", 1));
        fifo.add(gone("a", 2));
        fifo.add(put("a", 3));
        fifo.add(put("a", 4));
        assertEquals("-a2 +a4", next());
    }

    @Test
    void aBeginningAndItsEndAreBothKept() throws InterruptedException {
        fifo.add(put("a", 1));
        fifo.add(put("a", 2));
        fifo.add(gone("a", 3));
        fifo.add(gone("a", 4));
        assertEquals("+a2 -a3", next());
    }

    @Test
    void manyEndsStayTwoDeltas() throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            fifo.add(put("a", 2 * i));
            fifo.add(gone("a", 2 * i + 1));
        }
        fifo.add(put("a", 200));
        assertEquals("-a199 +a200", next());
    }

    @Test
    void aReplacementReportsWhatVanished() throws InterruptedException {
        known.put(object("kept", 1));
        known.put(object("vanished", 2));
        fifo.add(put("pending", 3));
        fifo.replace(List.of(object("kept", 1), object("new", 5)), known);
        assertEquals("+pending3 -pending3", next());
        assertEquals("-vanished2", next());
        assertEquals("+kept1", next());
        assertEquals("+new5", next());
    }

    @Test
    void whatIsBeingHandledWhileItVanishesIsReportedToo() throws InterruptedException {
        fifo.add(put("a", 1));
        var inHand = fifo.pop();
        fifo.replace(List.of(), known);
        known.put(object("a", 1));
        fifo.handled(inHand);
        assertEquals("-a1", next());
    }

    @Test
    void syncedOnceTheFirstListHasBeenHandled() throws InterruptedException {
        fifo.add(put("early", 1));
        assertEquals("+early1", next());
        fifo.replace(List.of(object("a", 1), object("b", 2)), known);
        assertEquals(0, syncs.get());
        next();
        assertEquals(0, syncs.get());
        next();
        assertEquals(1, syncs.get());
    }

    @Test
    void anEmptyFirstListIsSyncedAtOnce() {
        fifo.replace(List.of(), known);
        assertEquals(1, syncs.get());
    }

    @Test
    void closeEndsThePop() throws InterruptedException {
        fifo.add(put("a", 1));
        fifo.close();
        assertNull(fifo.pop());
    }

    @Test
    void indicesFollowTheObjects() {
        var indexer = new Indexer<ConfigMap>(Map.of("color", map -> map.getData() == null ? List.of() : map.getData().values()));
        assertNull(indexer.put(colored("a", "red")));
        indexer.put(colored("b", "red"));
        assertEquals(2, indexer.byIndex("color", "red").size());
        assertEquals("red", indexer.put(colored("a", "blue")).getData().get("x"));
        assertEquals(List.of("b"), indexer.byIndex("color", "red").stream().map(map -> map.getMetadata().getName()).toList());
        assertEquals(2, indexer.byIndex(Indexer.NAMESPACE, "n").size());
        indexer.remove(new ObjectKey("n", "a"));
        assertEquals(List.of(), indexer.byIndex("color", "blue"));
        assertNull(indexer.remove(new ObjectKey("n", "a")));
        assertNull(indexer.get(new ObjectKey("n", "a")));
        assertEquals(1, indexer.list().size());
        assertThrows(IllegalArgumentException.class, () -> indexer.byIndex("shape", "round"));
    }

    private static ConfigMap colored(String name, String color) {
        return new ConfigMapBuilder(object(name, 1)).withData(Map.of("x", color)).build();
    }
}
