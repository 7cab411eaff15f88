package io.moka.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.meta.ObjectKey;
import io.moka.scheduler.cache.ClusterCache;
import io.moka.scheduler.cache.Fixtures;
import io.moka.scheduler.why.Decision;
import io.moka.scheduler.why.DecisionLog;
import io.moka.scheduler.why.Outcome;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The texts of hypotheses, and what they do to a copy of the cluster; and the bound of the record of decisions.
class HypothesisTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cordon=a                  | Cordon[node=a]
            cordon=node/a             | Cordon[node=a]
            delete=web                | Delete[pod=n/web]
            delete=pod/web            | Delete[pod=n/web]
            delete=m/web              | Delete[pod=m/web]
            delete=pod/m/web          | Delete[pod=m/web]
            cordon=a; delete=web      | Cordon[node=a], Delete[pod=n/web]
            """)
    void aHypothesisIsRead(String text, String expected) {
        assertEquals("[" + expected + "]", Hypothesis.parse(text, "n").toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            cordon           | "cordon" is not cordon=NODE, add-node=cpu:4,memory:8Gi or delete=pod/NAME
            cordon=          | "cordon=" is not cordon=NODE, add-node=cpu:4,memory:8Gi or delete=pod/NAME
            explode=a        | "explode=a" is not cordon=NODE, add-node=cpu:4,memory:8Gi or delete=pod/NAME
            cordon=a;;       | "" is not cordon=NODE, add-node=cpu:4,memory:8Gi or delete=pod/NAME
            add-node=cpu     | add-node: "cpu" is not RESOURCE:AMOUNT
            add-node=cpu:4,x | add-node: "x" is not RESOURCE:AMOUNT
            add-node=cpu:all | quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'
            """)
    void aTextThatIsNoHypothesisIsRefused(String text, String message) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, () -> Hypothesis.parse(text.replace(";;", ";;cordon=b"), "n")).getMessage());
    }

    @Test
    void aCopyIsChangedAndNotTheCluster() {
        var cache = new ClusterCache();
        cache.putNode(Fixtures.node("a").build());
        cache.putPod(Fixtures.info(Fixtures.pod("web")), "a");
        var copy = cache.copy();
        Hypothesis.parse("cordon=a;delete=web;add-node=cpu:16;add-node=cpu:1,pods:2", "n").forEach(change -> change.applyTo(copy));
        assertEquals(true, copy.node("a").node().getSpec().getUnschedulable());
        assertNull(copy.find(new ObjectKey("n", "web")));
        assertEquals(16_000, copy.node("added-node").allocatable().milliCpu());
        assertEquals(110, copy.node("added-node").allocatablePods(), "where nothing else is said");
        assertEquals(2, copy.node("added-node-2").allocatablePods());
        assertNull(cache.node("a").node().getSpec().getUnschedulable());
        assertTrue(cache.find(new ObjectKey("n", "web")) != null && cache.node("added-node") == null);
    }

    private static Decision decision(String name, String uid, int attempt) {
        var pod = Fixtures.info(Fixtures.pod(name).editMetadata().withUid(uid).endMetadata());
        return new Decision(pod, Instant.EPOCH, attempt, new Outcome.Failed("attempt " + attempt));
    }

    @Test
    void theRecordKeepsTheLatestDecisionOfTheLastThousandPods() {
        var log = new DecisionLog();
        log.add(decision("web", "first", 1));
        log.add(decision("web", "second", 1));
        assertEquals("second", log.find(new ObjectKey("n", "web")).subject().uid(), "the pod of this name that exists now");
        log.add(decision("web", "first", 2));
        for (int i = 0; i < 998; i++) {
            log.add(decision("p" + i, "uid-" + i, 1));
        }
        assertEquals(List.of("first", 2), List.of(log.find(new ObjectKey("n", "web")).subject().uid(), log.find(new ObjectKey("n", "web")).attempt()));
        log.add(decision("more", "more", 1));
        assertEquals("first", log.find(new ObjectKey("n", "web")).subject().uid(), "the oldest was that of the second");
        log.add(decision("and more", "and more", 1));
        assertNull(log.find(new ObjectKey("n", "web")));
        assertEquals(1, log.find(new ObjectKey("n", "p0")).attempt());
    }
}
