package io.moka.machinery.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv4RangeTest {

    @ParameterizedTest
    @CsvSource({"10.96.0.0/12, 10.96.0.0/12, 1048576", "10.1.2.3/8, 10.0.0.0/8, 16777216", "255.255.255.255/32, 255.255.255.255/32, 1", "1.2.3.4/0, 0.0.0.0/0, 4294967296",
        "192.168.1.129/25, 192.168.1.128/25, 128"})
    void aRangeIsReadAndWritten(String text, String canonical, long size) {
        var range = Ipv4Range.parse(text);
        assertEquals(canonical, range.toString());
        assertEquals(size, range.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0/8", "10.0.0.0.0/8", "10.0.0.256/8", "10.00.0.0/8", "::/0",
        "10.0.0.0/\u0668", "\u0661\u0660.0.0.0/8", " 10.0.0.0/8", "10.0.0.0/8/8"})
    void anyOtherTextIsRefused(String text) {
        var message = assertThrows(IllegalArgumentException.class, () -> Ipv4Range.parse(text)).getMessage();
        assertEquals("\"" + text + "\" is not an IPv4 range such as 10.96.0.0/12", message);
    }

    /// Addresses above 127.255.255.255 are negative as numbers.
    @Test
    void addressesOfTheUpperHalfAreInTheirRange() {
        var range = Ipv4Range.parse("240.0.0.0/4");
        int last = range.at(range.size() - 1);
        assertEquals("255.255.255.255", Ipv4Range.dotted(last));
        assertTrue(range.contains(last));
        assertEquals(range.size() - 1, range.offset(last));
        assertFalse(range.contains(Ipv4Range.parse("127.0.0.1/32").network()));
        assertTrue(range.offset(0) < 0);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8, 10.1.0.0/16, true", "10.1.0.0/16, 10.0.0.0/8, true", "10.0.0.0/9, 10.128.0.0/9, false", "0.0.0.0/0, 240.0.0.0/4, true", "10.0.0.1/32, 10.0.0.2/32, false"})
    void rangesOverlapWhenOneHoldsTheOther(String one, String other, boolean overlap) {
        assertEquals(overlap, Ipv4Range.parse(one).overlaps(Ipv4Range.parse(other)));
    }

    @Test
    void textThatIsNoAddressHasNoNumber() {
        assertNull(Ipv4Range.address("localhost"));
        assertNull(Ipv4Range.address("1.2.3"));
        assertEquals(-1, Ipv4Range.address("255.255.255.255"));
    }
}
