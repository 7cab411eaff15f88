package io.moka.machinery.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.client.Json;
import io.moka.machinery.meta.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Where a volume's content lies, which nodes reach it, and the notes that an administrator and a kubelet exchange about it.
class LocalPathTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource({"/vols/x, /vols, '', /vols/x", "/vols/x, /vols, /big, /big/x", "/vols/deep/x, /vols, /big, /big/deep/x", "/volsx/x, /vols, /big, /volsx/x", "/other/x, '', '', /other/x"})
    void aMovedVolumeIsBelowItsNewRoot(String path, String root, String movedTo, String expected) {
        var volume = new PersistentVolumeBuilder().withNewMetadata().withName("v").withAnnotations(Map.of(LocalPath.ROOT, root, LocalPath.MOVED_TO, movedTo)).endMetadata()
                .withNewSpec().withNewLocal().withPath(path).endLocal().endSpec().build();
        assertEquals(expected, LocalPath.path(volume));
        assertEquals(movedTo.isEmpty() ? root : movedTo, LocalPath.root(volume));
    }

    @Test
    void aNodeNameThatIsTooLongForALabelIsShortenedAndStaysUnique() {
        assertEquals("node-1", LocalPath.nodeLabel("node-1"));
        assertEquals("n".repeat(63), LocalPath.nodeLabel("n".repeat(63)));
        var first = LocalPath.nodeLabel("n".repeat(80) + "1");
        var second = LocalPath.nodeLabel("n".repeat(80) + "2");
        assertEquals(63, first.length());
        assertNotEquals(first, second);
        assertTrue(first.matches("n{54}-[0-9a-f]{8}"), first);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            [{'matchExpressions':[{'key':'zone','operator':'In','values':['a','b']}]}]                                | true
            [{'matchExpressions':[{'key':'zone','operator':'In','values':['b']}]}]                                    | false
            [{'matchExpressions':[{'key':'rack','operator':'DoesNotExist'}]}]                                         | true
            [{'matchExpressions':[{'key':'cores','operator':'Gt','values':['4']}]}]                                   | true
            [{'matchExpressions':[{'key':'cores','operator':'Gt'}]}]                                                  | false
            [{'matchExpressions':[{'key':'cores','operator':'Gt','values':['many']}]}]                                | false
            [{'matchExpressions':[{'key':'zone','operator':'Like','values':['a']}]}]                                  | false
            [{'matchExpressions':[{'key':'zone','operator':'Exists'},{'key':'rack','operator':'Exists'}]}]            | false
            [{'matchExpressions':[{'key':'rack','operator':'Exists'}]},{'matchFields':[{'key':'metadata.name','operator':'In','values':['n1']}]}] | true
            [{'matchFields':[{'key':'metadata.name','operator':'NotIn','values':['n1']}]}]                            | false
            [{'matchFields':[{'key':'metadata.name','operator':'In','values':['n1']}],'matchExpressions':[{'key':'zone','operator':'In','values':['b']}]}] | false
            [{}]                                                                                                      | false
            []                                                                                                        | false
            """)
    void aNodeReachesAVolumeIfOneTermHolds(String terms, boolean reaches) throws JsonProcessingException {
        var selector = Json.mapper().readValue("{\"nodeSelectorTerms\":" + terms.replace('\'', '"') + "}", NodeSelector.class);
        var volume = new PersistentVolumeBuilder().withNewSpec().withNewNodeAffinity().withRequired(selector).endNodeAffinity().endSpec().build();
        assertEquals(reaches, NodeTerms.reaches(volume, "n1", Map.of("zone", "a", "cores", "8")));
    }

    @Test
    void everyNodeReachesAVolumeWithoutAffinity() {
        assertTrue(NodeTerms.reaches(StorageText.volume("v:1Gi:RWO"), "n1", null));
    }

    @Test
    void aPodsClaimsAreThoseOfItsVolumesEachOnce() throws JsonProcessingException {
        var pod = Json.mapper().readValue("""
                {"metadata": {"namespace": "n", "name": "p"}, "spec": {"volumes": [
                  {"name": "a", "persistentVolumeClaim": {"claimName": "data"}}, {"name": "b", "emptyDir": {}}, {"name": "c", "ephemeral": {}},
                  {"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]}}""", Pod.class);
        assertEquals(List.of(new ObjectKey("n", "data"), new ObjectKey("n", "p-c")), PodClaims.of(pod));
    }

    @Test
    void ordersAndStatesAreReadAsTheyWereWritten() {
        var order = new VolumeOrder("7", VolumeOrder.Action.MOVE, null, "/big", NOON);
        assertEquals(order, VolumeOrder.parse(order.text()));
        var state = new VolumeState("7", "", "/big/x", 4_096, List.of(new VolumeState.Snapshot("before", NOON, 1L << 30)));
        assertEquals(state, VolumeState.parse(state.text()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "move it", "null", "{\"id\":\"1\",\"action\":\"EXPLODE\",\"until\":\"2026-01-01T12:00:00Z\"}",
        "{\"id\":\"1\",\"action\":\"MOVE\"}", "{\"action\":\"MOVE\",\"until\":\"2026-01-01T12:00:00Z\"}", "{\"id\":\"1\",\"action\":\"MOVE\",\"until\":\"soon\"}"})
    void aTextThatIsNoOrderIsIgnored(String text) {
        assertNull(VolumeOrder.parse(text));
    }
}
