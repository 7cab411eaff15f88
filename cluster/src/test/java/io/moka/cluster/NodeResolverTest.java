package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeResolverTest {

    @TempDir
    private Path folder;

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private String chosen(Path usual, Path... behind) throws IOException {
        return NodeResolver.file(usual, List.of(behind)).getFileName().toString();
    }

    @Test
    void aStubsOwnServersAreTaken() throws IOException {
        var stub = file("stub", "# systemd-resolved\nnameserver 127.0.0.53\noptions edns0 trust-ad\n");
        var six = file("six", "nameserver ::1\n");
        var real = file("real", "nameserver 192.0.2.1\nsearch home.lan\n");

        assertEquals("real", chosen(stub, folder.resolve("absent"), real));
        assertEquals("real", chosen(six, stub, real));
        assertEquals("stub", chosen(stub, six), "there is nothing better");
    }

    @Test
    void aFileThatNamesAReachableServerIsTakenAsItIs() throws IOException {
        var mixed = file("mixed", "nameserver 127.0.0.1\nnameserver 192.0.2.1\n");
        assertEquals("mixed", chosen(mixed, file("other", "nameserver 192.0.2.9\n")));
    }
}
