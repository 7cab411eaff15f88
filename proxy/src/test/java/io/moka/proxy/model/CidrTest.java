package io.moka.proxy.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

    @ParameterizedTest
    @CsvSource({"10.1.2.3/8,10.0.0.0/8", "0.0.0.0/0,0.0.0.0/0", "192.0.2.1,192.0.2.1", "192.0.2.1/32,192.0.2.1", "255.255.255.255/31,255.255.255.254/31",
            "fd00::1/8,fd00:0:0:0:0:0:0:0/8", "::/0,0:0:0:0:0:0:0:0/0", "fd00::1,fd00:0:0:0:0:0:0:1"})
    void aRangeIsWrittenWithoutWhatLiesBeyondItsPrefix(String text, String range) {
        assertEquals(range, String.valueOf(Cidr.parse(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8", "::/129", "fe80::1%eth0", "::ffff:10.0.0.1", "1.2.3.4/8/8"})
    void whatIsNoRangeIsNone(String text) {
        assertNull(Cidr.parse(text));
    }

    @Test
    void rangesThatLieWithinOthersAreLeftOut() {
        assertEquals(List.of("10.0.0.0/8", "192.0.2.1"), Cidr.disjoint(List.of("10.1.0.0/16", "10.0.0.0/8", "10.2.0.0/16", "192.0.2.1", "192.0.2.1/32", "fd00::/8", "x"), IpFamily.IPV4));
        assertEquals(List.of("0.0.0.0/0"), Cidr.disjoint(List.of("10.1.0.0/16", "0.0.0.0/0"), IpFamily.IPV4));
    }

    @Test
    void anAddressIsInOneOfTheRangesOrNot() {
        assertTrue(Cidr.anyContains(List.of("10.0.0.0/8", "fd00::/8"), "10.255.0.1"));
        assertTrue(Cidr.anyContains(List.of("10.0.0.0/8", "fd00::/8"), "fd12::1"));
        assertFalse(Cidr.anyContains(List.of("10.0.0.0/8", "fd00::/8"), "11.0.0.1"));
        assertFalse(Cidr.anyContains(List.of("::/0"), "11.0.0.1"));
    }
}
