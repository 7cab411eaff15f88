package io.moka.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The name servers and search domains that a `resolv.conf` gives.
class NodeResolverTest {

    @TempDir
    private Path folder;

    private static String text(NodeResolver resolver) {
        return String.join(" ", resolver.servers().stream().map(server -> server.getAddress().getHostAddress() + "#" + server.getPort()).toList())
                + " / " + String.join(" ", resolver.domains());
    }

    /// Lines are separated by a slash.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            nameserver 192.0.2.1/nameserver 192.0.2.2             | 192.0.2.1#53 192.0.2.2#53 /
            nameserver 192.0.2.1#5353                             | 192.0.2.1#5353 /
            nameserver 2001:db8::1                                | 2001:db8:0:0:0:0:0:1#53 /
            nameserver 127.0.0.53/nameserver ::1/nameserver 0.0.0.0/nameserver 192.0.2.1 | 192.0.2.1#53 /
            nameserver dns.example.org/nameserver/nameserver 192.0.2.1 192.0.2.9 | 192.0.2.1#53 /
            search a.org b.org                                    | / a.org b.org
            search a.org/search b.org .                           | / b.org
            "# nameserver 192.0.2.1/; search a.org/options ndots:2//domain old.org" | /
            """)
    void onlyServersThatAPodCanReachCount(String lines, String expected) throws IOException {
        var file = Files.writeString(folder.resolve("resolv.conf"), lines.replace('/', '\n'));
        assertEquals(expected, text(NodeResolver.read(file)).strip());
    }

    @Test
    void withoutAFileThereIsNoServer() throws IOException {
        assertEquals(new NodeResolver(List.of(), List.of()), NodeResolver.read(folder.resolve("absent")));
    }

    @Test
    void aServerIsNamedByItsAddress() {
        assertThrows(IllegalArgumentException.class, () -> NodeResolver.server("dns.example.org"), "a name would have to be looked up here");
        assertThrows(IllegalArgumentException.class, () -> NodeResolver.server("192.0.2.1#dns"));
    }
}
