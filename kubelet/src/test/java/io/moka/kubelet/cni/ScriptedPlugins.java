package io.moka.kubelet.cni;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/// CNI plugins as shell scripts, which record each call with its input and return addresses in turn.
public final class ScriptedPlugins {

    private final Path folder;

    public ScriptedPlugins(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(configurations());
        Files.createDirectories(binaries());
        plugin("first", """
                #!/bin/sh
                input=$(cat)
                echo "first $CNI_COMMAND $CNI_CONTAINERID $CNI_NETNS $CNI_IFNAME" >> "%1$s/calls"
                echo "$input" >> "%1$s/inputs"
                if [ -e "%1$s/fail" ]; then echo '{"code": 11, "msg": "no more addresses", "details": "try later"}'; exit 1; fi
                if [ "$CNI_COMMAND" = ADD ]; then
                  n=$(wc -l < "%1$s/calls")
                  echo '{"cniVersion": "1.0.0", "ips": [{"address": "10.1.0.'$n'/24"}]}'
                fi
                """);
        plugin("second", """
                #!/bin/sh
                input=$(cat)
                echo "second $CNI_COMMAND $CNI_CONTAINERID" >> "%1$s/calls"
                echo "$input" >> "%1$s/inputs"
                if [ -e "%1$s/fail-second" ] && [ "$CNI_COMMAND" = ADD ]; then echo '{"code": 99, "msg": "no ports"}'; exit 1; fi
                if [ "$CNI_COMMAND" = ADD ]; then echo '{"cniVersion": "1.0.0", "ips": [{"address": "10.1.0.9/24"}]}'; fi
                """);
        plugin("early", """
                #!/bin/sh
                mkdir -p "%1$s/started/$$"
                input=$(cat)
                [ -n "$input" ] || exit 1
                echo "early $CNI_COMMAND $CNI_CONTAINERID $(readlink "$CNI_NETNS" || echo "$CNI_NETNS")" >> "%1$s/calls"
                echo '{"cniVersion": "1.0.0", "ips": [{"address": "10.1.0.9/24"}]}'
                """);
        plugin("slow", """
                #!/bin/sh
                cat >/dev/null
                mkdir -p "%1$s/running/$CNI_CONTAINERID"
                ls "%1$s/running" | wc -l >> "%1$s/together"
                while [ "$CNI_COMMAND" = ADD ] && ! [ -e "%1$s/go" ]; do sleep 0.01; done
                rmdir "%1$s/running/$CNI_CONTAINERID"
                echo '{"cniVersion": "1.0.0", "ips": [{"address": "10.1.0.9/24"}]}'
                """);
    }

    /// The process ids of the plugin `early`, of all its runs.
    List<Long> started() {
        var names = folder.resolve("started").toFile().list();
        return names == null ? List.of() : Stream.of(names).map(Long::valueOf).toList();
    }

    /// The sandboxes for which the plugin `slow` runs now; it ends when `go` is touched.
    List<String> running() {
        var names = folder.resolve("running").toFile().list();
        return names == null ? List.of() : List.of(names);
    }

    /// How many of them ran together, at the start of each call.
    List<Integer> together() throws IOException {
        return Files.readAllLines(folder.resolve("together")).stream().map(String::strip).map(Integer::valueOf).toList();
    }

    private void plugin(String name, String script) throws IOException {
        var file = binaries().resolve(name);
        Files.writeString(file, script.formatted(folder));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// Writes the configuration; without it the network is not ready.
    public ScriptedPlugins configure(String version, String... plugins) throws IOException {
        return configureEach(version, "{\"type\": \"%s\", \"capabilities\": {\"portMappings\": true}}", plugins);
    }

    /// Writes a configuration of one plugin that may be started before its sandbox.
    ScriptedPlugins configureAhead(String plugin) throws IOException {
        return configureEach("1.0.0", "{\"type\": \"%s\", \"startsAhead\": true}", plugin);
    }

    private ScriptedPlugins configureEach(String version, String template, String... plugins) throws IOException {
        var list = String.join(", ", List.of(plugins).stream().map(template::formatted).toList());
        Files.writeString(configurations().resolve("10-test.conflist"), "{\"cniVersion\": \"" + version + "\", \"name\": \"test\", \"plugins\": [" + list + "]}");
        return this;
    }

    public void touch(String name) throws IOException {
        Files.writeString(folder.resolve(name), "");
    }

    public Path configurations() {
        return folder.resolve("conf");
    }

    public Path binaries() {
        return folder.resolve("bin");
    }

    public List<String> calls() throws IOException {
        var file = folder.resolve("calls");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    String inputs() throws IOException {
        return Files.readString(folder.resolve("inputs"));
    }
}
