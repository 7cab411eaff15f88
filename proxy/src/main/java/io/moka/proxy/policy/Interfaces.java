package io.moka.proxy.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/// Lists the network interfaces of this process's namespace from the kernel's files, without starting a process or waiting for a lock of the kernel.
final class Interfaces {

    private static final Path LIST = Path.of("/proc/self/net/dev");

    private Interfaces() {
    }

    static Set<String> names() {
        try {
            return Files.readAllLines(LIST).stream().filter(line -> line.contains(":")).map(line -> line.substring(0, line.indexOf(':')).strip()).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
