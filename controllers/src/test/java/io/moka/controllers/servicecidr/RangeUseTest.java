package io.moka.controllers.servicecidr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDRBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// When a range may go.
final class RangeUseTest {

    /// @param others the cidrs of each other range, by commas
    record Case(String name, String range, List<String> others, List<String> used, boolean needed) {
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("nothing is used", "10.0.1.0/24", List.of("10.0.0.0/24"), List.of("10.0.0.7"), false),
                new Case("one of its addresses is used", "10.0.1.0/24", List.of("10.0.0.0/24"), List.of("10.0.1.7"), true),
                new Case("a bigger range has all of it", "10.0.1.0/24", List.of("10.0.0.0/16"), List.of("10.0.1.7"), false),
                new Case("the same range exists twice", "10.0.1.0/24", List.of("10.0.1.0/24"), List.of("10.0.1.7"), false),
                new Case("a smaller range has the used address", "10.0.0.0/16", List.of("10.0.1.0/24"), List.of("10.0.1.7"), false),
                new Case("a smaller range lacks the used address", "10.0.0.0/16", List.of("10.0.1.0/24"), List.of("10.0.2.7"), true),
                new Case("a smaller range cannot give its own first address", "10.0.0.0/16", List.of("10.0.1.0/24"), List.of("10.0.1.0"), true),
                new Case("a smaller range cannot give its own last address", "10.0.0.0/16", List.of("10.0.1.0/24"), List.of("10.0.1.255"), true),
                new Case("the other family is used", "10.0.0.0/16,fd00::/112", List.of("10.0.0.0/16"), List.of("fd00::7"), true),
                new Case("the other family is covered", "10.0.0.0/16,fd00::/112", List.of("10.0.0.0/16", "fd00::/64"), List.of("fd00::7"), false),
                new Case("families are not confused", "::a00:0/112", List.of(), List.of("10.0.0.7"), false));
    }

    private static ServiceCIDR range(String name, String cidrs) {
        return new ServiceCIDRBuilder().withNewMetadata().withName(name).endMetadata().withNewSpec().withCidrs(Arrays.asList(cidrs.split(","))).endSpec().build();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rangeStaysWhileItIsNeeded(Case wanted) {
        var range = range("it", wanted.range);
        var all = Stream.concat(Stream.of(range), wanted.others.stream().map(cidrs -> range("other-" + cidrs, cidrs))).toList();
        assertEquals(wanted.needed, RangeUse.needed(range, all, wanted.used::stream), wanted.name);
    }
}
