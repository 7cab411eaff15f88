package io.moka.machinery.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which tolerations cover which taints.
class TolerationsTest {

    /// @param text `key=value:effect`, or `key:effect`
    private static Taint taint(String text) {
        var sides = text.split(":");
        var pair = sides[0].split("=");
        return new TaintBuilder().withKey(pair[0]).withValue(pair.length > 1 ? pair[1] : null).withEffect(sides[1]).build();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            k | Equal  | v |            | k=v:NoSchedule | true
            k |        | v | NoSchedule | k=v:NoSchedule | true
            k | Equal  | w |            | k=v:NoSchedule | false
            k | Equal  |   |            | k=v:NoSchedule | false
            k | Equal  |   |            | k:NoSchedule   | true
            k | Exists |   |            | k=v:NoExecute  | true
            k | Exists |   | NoSchedule | k=v:NoExecute  | false
            j | Exists |   |            | k=v:NoSchedule | false
              | Exists |   |            | k=v:NoSchedule | true
              | Exists |   | NoExecute  | k=v:NoSchedule | false
              | Equal  | v |            | k=v:NoSchedule | false
            k | Like   | v |            | k=v:NoSchedule | false
            """)
    void aTolerationCoversATaintByKeyValueAndEffect(String key, String operator, String value, String effect, String taint, boolean tolerates) {
        var toleration = new TolerationBuilder().withKey(key).withOperator(operator).withValue(value).withEffect(effect).build();
        assertEquals(tolerates, Tolerations.tolerates(toleration, taint(taint)));
        assertEquals(tolerates, Tolerations.tolerate(List.of(toleration), taint(taint)));
    }

    @Test
    void theFirstTaintThatKeepsThePodAwayIsFound() {
        var taints = List.of(taint("soft:PreferNoSchedule"), taint("a:NoSchedule"), taint("b:NoExecute"));
        assertEquals("a", Tolerations.untolerated(List.of(), taints).getKey());
        var toleratesA = new TolerationBuilder().withKey("a").withOperator("Exists").build();
        assertEquals("b", Tolerations.untolerated(List.of(toleratesA), taints).getKey());
        assertNull(Tolerations.untolerated(List.of(new TolerationBuilder().withOperator("Exists").build()), taints));
        assertNull(Tolerations.untolerated(List.of(), List.of(taint("soft:PreferNoSchedule"))), "a preference keeps no pod away");
    }
}
