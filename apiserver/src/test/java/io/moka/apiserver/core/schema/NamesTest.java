package io.moka.apiserver.core.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {

    @ParameterizedTest
    @CsvSource({"a,true", "a-b,true", "1,true", "-a,false", "a-,false", "A,false", "a.b,false", "'',false", "a_b,false"})
    void labels(String value, boolean good) {
        assertEquals(good, Names.dns1123Label(value).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"a,true", "a.b,true", "a..b,false", ".a,false", "a.,false", "a.-b,false", "A.b,false", "'',false"})
    void subdomains(String value, boolean good) {
        assertEquals(good, Names.dns1123Subdomain(value).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"a,true", "A_b.c-D,true", "x.example/A,true", "/a,false", "a/,false", "a/b/c,false", "X.example/a,false", "-a,false", "'a b',false"})
    void qualifiedNames(String value, boolean good) {
        assertEquals(good, Names.qualifiedName(value).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"web,true", "80,false", "a--b,false", "-a,false", "a-,false", "http-2,true", "Web,false", "abcdefghijklmno,true", "abcdefghijklmnop,false"})
    void portNames(String value, boolean good) {
        assertEquals(good, Names.portName(value).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"1.2.3.4,true", "1.2.3,false", "1.2.3.256,false", "01.2.3.4,false", "::,true", "::1,true", "fd00::1:2,true", "1:2:3:4:5:6:7:8,true",
            "1:2:3:4:5:6:7,false", "1::2::3,false", "::ffff:1.2.3.4,true", "g::1,false", "a,false", "'',false", "12345::,false"})
    void addresses(String value, boolean good) {
        assertEquals(good, Addresses.isIp(value));
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8,true", "10.0.0.0/33,false", "10.0.0.0,false", "fd00::/64,true", "fd00::/129,false", "10.0.0.0/x,false"})
    void networks(String value, boolean good) {
        assertEquals(good, Addresses.isCidr(value));
    }
}
