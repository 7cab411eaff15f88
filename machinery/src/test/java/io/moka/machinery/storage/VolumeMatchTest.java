package io.moka.machinery.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which volume a claim gets, for claims and volumes in the words of [StorageText].
class VolumeMatchTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            the only one                                  | 1Gi:RWO            | a:1Gi:RWO                                | a
            the smallest that is large enough             | 2Gi:RWO            | a:5Gi:RWO b:1Gi:RWO c:3Gi:RWO            | c
            all are too small                             | 2Gi:RWO            | a:1Gi:RWO b:2047Mi:RWO                   | none
            the fewest access modes before the size       | 1Gi:RWO            | a:1Gi:RWO,RWX b:5Gi:RWO                  | b
            a missing access mode                         | 1Gi:RWX            | a:1Gi:RWO,ROX                            | none
            both access modes                             | 1Gi:RWO,ROX        | a:1Gi:RWO b:2Gi:ROX,RWO                  | b
            among equals the first name                   | 1Gi:RWO            | b:1Gi:RWO a:1Gi:RWO                      | a
            one that names the claim before a better one  | 1Gi:RWO            | a:1Gi:RWO b:9Gi:RWO,RWX:for=data         | b
            one that names the claim and is too small     | 2Gi:RWO            | a:1Gi:RWO:for=data b:9Gi:RWO             | b
            one that names another claim                  | 1Gi:RWO            | a:1Gi:RWO:for=other b:9Gi:RWO            | b
            one that names the claim and is not reached   | 1Gi:RWO            | a:1Gi:RWO:for=data:node=n2 b:9Gi:RWO     | none
            a released one                                | 1Gi:RWO            | a:1Gi:RWO:phase=Released                 | none
            one that is being deleted                     | 1Gi:RWO            | a:1Gi:RWO:deleting b:2Gi:RWO             | b
            another class                                 | 1Gi:RWO            | a:1Gi:RWO:class=fast                     | none
            the same class                                | 1Gi:RWO:class=fast | a:1Gi:RWO b:2Gi:RWO:class=fast           | b
            a block volume for files                      | 1Gi:RWO            | a:1Gi:RWO:block b:2Gi:RWO                | b
            a block volume for a block claim              | 1Gi:RWO:block      | a:1Gi:RWO b:2Gi:RWO:block                | b
            another node's volume                         | 1Gi:RWO            | a:1Gi:RWO:node=n2 b:2Gi:RWO:node=n1      | b
            the labels of the claim's selector            | 1Gi:RWO:disk=ssd   | a:1Gi:RWO b:1Gi:RWO:disk=hdd c:2Gi:RWO:disk=ssd | c
            """)
    void theBestVolumeThatTheNodeReachesIsChosen(String name, String claim, String volumes, String best) {
        var node = new NodeBuilder().withNewMetadata().withName("n1").addToLabels("kubernetes.io/hostname", "n1").endMetadata().build();
        var found = VolumeMatch.best(StorageText.claim(claim), Stream.of(volumes.split(" ")).map(StorageText::volume).toList(), node, Set.of(), false);
        assertEquals(best, found == null ? null : found.getMetadata().getName());
    }

    @Test
    void aVolumeThatIsAssignedToAnotherClaimIsPassedOver() {
        var volumes = Stream.of("a:1Gi:RWO", "b:2Gi:RWO").map(StorageText::volume).toList();
        assertEquals("b", VolumeMatch.best(StorageText.claim("1Gi:RWO"), volumes, null, Set.of("a"), false).getMetadata().getName());
        assertNull(VolumeMatch.best(StorageText.claim("1Gi:RWO"), volumes, null, Set.of("a", "b"), false));
    }

    @Test
    void aClaimThatWaitsForItsPodGetsOnlyAVolumeThatNamesIt() {
        var claim = StorageText.claim("1Gi:RWO");
        assertNull(VolumeMatch.best(claim, List.of(StorageText.volume("a:1Gi:RWO")), null, Set.of(), true));
        assertNotNull(VolumeMatch.best(claim, List.of(StorageText.volume("a:1Gi:RWO:for=data:node=n2")), null, Set.of(), true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1Gi:RWO            | a:1Gi:RWO          |
            1Gi:RWO            | a:1Gi:RWO:deleting | requested PV is being deleted
            2Gi:RWO            | a:1Gi:RWO          | requested PV is too small
            1Gi:RWO:class=fast | a:1Gi:RWO          | storageClassName does not match
            1Gi:RWO:block      | a:1Gi:RWO          | incompatible volumeMode
            1Gi:RWX            | a:1Gi:RWO          | incompatible accessMode
            """)
    void aVolumeThatTheClaimNamesMustSuitIt(String claim, String volume, String problem) {
        assertEquals(problem, VolumeMatch.mismatch(StorageText.volume(volume), StorageText.claim(claim)));
    }

    @Test
    void aVolumeThatTheBinderChoseSaysSoAndOneThatTheUserChoseDoesNot() {
        var claim = StorageText.claim("1Gi:RWO");
        var chosen = Volumes.boundTo(StorageText.volume("a:1Gi:RWO"), claim);
        assertTrue(Volumes.isBoundTo(chosen, claim));
        assertEquals("yes", StorageNames.annotation(chosen, StorageNames.BOUND_BY_CONTROLLER));
        var reserved = StorageText.volume("b:1Gi:RWO:for=data");
        assertFalse(Volumes.isBoundTo(reserved, claim), "the reservation has no uid");
        var bound = Volumes.boundTo(reserved, claim);
        assertEquals("u1", bound.getSpec().getClaimRef().getUid());
        assertFalse(StorageNames.hasAnnotation(bound, StorageNames.BOUND_BY_CONTROLLER));
        assertSame(bound, Volumes.boundTo(bound, claim));
    }

    @Test
    void aVolumeOfAClaimThatWasMadeAnewIsNotItsVolume() {
        var claim = StorageText.claim("1Gi:RWO");
        var bound = Volumes.boundTo(StorageText.volume("a:1Gi:RWO"), claim);
        var successor = new PersistentVolumeClaimBuilder(claim).editMetadata().withUid("u2").endMetadata().build();
        assertFalse(Volumes.isFor(bound, successor));
        var elsewhere = new PersistentVolumeClaimBuilder(claim).editMetadata().withNamespace("m").endMetadata().build();
        assertFalse(Volumes.isFor(new PersistentVolumeBuilder(bound).editSpec().editClaimRef().withUid(null).endClaimRef().endSpec().build(), elsewhere));
    }

    @Test
    void aClaimIsBoundWhenBothHalvesAreWritten() {
        var named = new PersistentVolumeClaimBuilder(StorageText.claim("1Gi:RWO")).editSpec().withVolumeName("a").endSpec().build();
        assertFalse(Claims.isBound(named));
        assertTrue(Claims.isBound(new PersistentVolumeClaimBuilder(named).editMetadata().addToAnnotations(StorageNames.BIND_COMPLETED, "yes").endMetadata().build()));
        assertEquals(Long.MAX_VALUE, Claims.capacityBytes(named), "a capacity that is not known is not too small");
        assertEquals("Pending", Claims.phase(named));
    }

    @Test
    void theOldAnnotationOfAClassGoesBeforeTheField() {
        var claim = new PersistentVolumeClaimBuilder(StorageText.claim("1Gi:RWO:class=new")).editMetadata()
                .addToAnnotations("volume.beta.kubernetes.io/storage-class", "old").endMetadata().build();
        assertEquals("old", Claims.className(claim));
        assertNull(Claims.namedClass(StorageText.claim("1Gi:RWO")), "the claim may get the default class");
        assertEquals("", Claims.className(StorageText.claim("1Gi:RWO")));
    }
}
