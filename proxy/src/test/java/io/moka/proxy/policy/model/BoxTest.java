package io.moka.proxy.policy.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BoxTest {

    private static Box box(String cidr, Ports ports) {
        return new Box(Range.cidr(cidr), ports);
    }

    @Test
    void overlappingBoxesAreCutAndTheirPortsUnited() {
        var boxes = Box.disjoint(List.of(box("10.0.0.0/24", new Ports.Span(Protocol.TCP, 80, 90)), box("10.0.0.128/25", new Ports.Span(Protocol.TCP, 85, 99)),
                box("10.0.0.200/32", new Ports.Any())));
        assertEquals("""
                10.0.0.0-10.0.0.127 Span[protocol=TCP, first=80, last=90]
                10.0.0.128-10.0.0.199 Span[protocol=TCP, first=80, last=99]
                10.0.0.201-10.0.0.255 Span[protocol=TCP, first=80, last=99]
                10.0.0.200 Any[]
                """.strip(), String.join("\n", boxes.stream().map(box -> box.peers() + " " + box.ports()).toList()));
    }

    @Test
    void neighboursWithTheSamePortsAreOne() {
        var ports = new Ports.Span(Protocol.UDP, 53, 53);
        assertEquals(List.of(box("0.0.0.0/0", ports)), Box.disjoint(List.of(box("0.0.0.0/1", ports), box("128.0.0.0/1", ports))));
        assertEquals(List.of(box("::/0", ports)), Box.disjoint(List.of(box("::/1", ports), box("8000::/1", ports), box("ffff::/16", ports))));
    }

    @Test
    void randomBoxesKeepTheirMeaningAndDoNotOverlap() {
        var random = new Random(7);
        for (int round = 0; round < 300; round++) {
            var boxes = new ArrayList<Box>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                int first = random.nextInt(8);
                boxes.add(box("10.0.0." + random.nextInt(32) + "/" + (27 + random.nextInt(6)),
                        random.nextInt(5) == 0 ? new Ports.Any() : new Ports.Span(Protocol.values()[random.nextInt(3)], first, first + random.nextInt(8))));
            }
            check(boxes, Box.disjoint(boxes));
        }
    }

    private static void check(List<Box> boxes, List<Box> disjoint) {
        for (int host = 0; host < 40; host++) {
            var address = Address.parse("10.0.0." + host);
            for (var protocol : Protocol.values()) {
                for (int port = 0; port < 17; port++) {
                    assertEquals(count(boxes, address, protocol, port) > 0 ? 1 : 0, count(disjoint, address, protocol, port),
                            address + " " + protocol + "/" + port + " in " + boxes + " and " + disjoint);
                }
            }
        }
    }

    private static long count(List<Box> boxes, Address address, Protocol protocol, int port) {
        return boxes.stream().filter(box -> box.peers().contains(address) && box.ports().contains(protocol, port)).count();
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.3/8, 10.0.0.0-10.255.255.255", "0.0.0.0/0, 0.0.0.0-255.255.255.255", "10.0.0.1/32, 10.0.0.1",
        "fd00::1/128, fd00:0:0:0:0:0:0:1", "fd00::/63, fd00:0:0:0:0:0:0:0-fd00:0:0:1:ffff:ffff:ffff:ffff", "::/0, 0:0:0:0:0:0:0:0-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"})
    void cidrs(String text, String range) {
        assertEquals(range, Range.cidr(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0", "10.0.0.0/33", "10.0/8", "300.0.0.0/8", "fd00::/129", "example.com/8", "fe80::1%eth0/64", "10.0.0.0/-1"})
    void otherTextsAreNoCidr(String text) {
        assertThrows(IllegalArgumentException.class, () -> Range.cidr(text));
    }

    @Test
    void aHoleMayTakeEverythingOrNothing() {
        assertFalse(Range.cidr("10.0.0.0/24").without(Range.cidr("10.0.0.7/32")).stream().anyMatch(range -> range.contains(Address.parse("10.0.0.7"))));
        assertEquals(List.of(), Range.cidr("10.0.0.0/24").without(Range.cidr("10.0.0.0/8")));
        assertEquals(List.of(Range.cidr("10.0.0.0/24")), Range.cidr("10.0.0.0/24").without(Range.cidr("fd00::/8")));
    }
}
