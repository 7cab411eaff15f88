package io.moka.apiserver.extension.crd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VersionOrderTest {

    /// The example of Kubernetes' documentation.
    @Test
    void stableComesFirstThenBetaThenAlphaThenTheRestByName() {
        List<String> ordered = List.of("v10", "v2", "v1", "v11beta2", "v10beta3", "v3beta1", "v12alpha1", "v11alpha2", "foo1", "foo10");
        List<String> mixed = new ArrayList<>(ordered);
        Collections.reverse(mixed);
        mixed.sort(VersionOrder.BEST_FIRST);
        assertEquals(ordered, mixed);
    }
}
