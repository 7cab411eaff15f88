package io.moka.proxy.iptables;

import io.moka.proxy.kernel.RulesRefusedException;
import io.moka.proxy.kernel.Tools;
import io.moka.proxy.model.IpFamily;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Runs the iptables programs of one back end for one address family.
///
/// @param backend `nft`, `legacy`, or empty for the machine's default
public record Iptables(Tools tools, IpFamily family, String backend) {

    private static final String PATIENCE_SECONDS = "10";

    private String program() {
        return (family == IpFamily.IPV4 ? "iptables" : "ip6tables") + (backend.isEmpty() ? "" : "-" + backend);
    }

    /// Applies the script; chains that it does not name stay as they are. Each table is changed as a whole or not at all.
    ///
    /// @throws RulesRefusedException when the tool or the kernel refused it
    void restore(String script) throws IOException {
        restore(script, List.of());
    }

    /// Checks the script without changing anything.
    void test(String script) throws IOException {
        restore(script, List.of("--test"));
    }

    private void restore(String script, List<String> more) throws IOException {
        var command = new ArrayList<>(List.of(program() + "-restore", "--noflush", "-w", PATIENCE_SECONDS));
        command.addAll(more);
        var result = tools.run(command, script);
        if (result.status() != 0) {
            throw new RulesRefusedException(program() + ": " + reason(result.output()));
        }
    }

    private static String reason(String output) {
        return output.lines().filter(line -> !line.isBlank() && !line.startsWith("Error occurred") && !line.startsWith("Try "))
                .map(line -> line.replaceFirst("^ip6?tables\\S* v[0-9.]+ \\([^)]*\\): *", "")).findFirst().orElse("failed");
    }

    /// Returns the kernel's content of the tables `nat` and `filter`: by table, the lines of `iptables-save`, which `iptables-restore` reads.
    Map<String, List<String>> saved() throws IOException {
        var saved = new HashMap<String, List<String>>(Map.of("nat", new ArrayList<>(), "filter", new ArrayList<>()));
        var table = "";
        for (var line : tools.read(List.of(program() + "-save")).lines().toList()) {
            if (line.startsWith("*")) {
                table = line.substring(1);
            } else if (saved.containsKey(table)) {
                saved.get(table).add(line);
            }
        }
        return saved;
    }

    /// Runs one command; returns whether it succeeded.
    boolean run(String table, List<String> arguments) throws IOException {
        return tools.run(Stream.concat(Stream.of(program(), "-w", PATIENCE_SECONDS, "-t", table), arguments.stream()).toList(), "").status() == 0;
    }

    /// Whether a chain has any rule.
    boolean hasRules(String table, String chain) throws IOException {
        return !tools.read(List.of(program(), "-w", PATIENCE_SECONDS, "-t", table, "-S", chain, "1")).isBlank();
    }

    /// Returns the reason why these programs cannot be used here; empty if they can.
    public String obstacle() throws IOException {
        try {
            var result = tools.run(List.of(program(), "-w", PATIENCE_SECONDS, "-t", "nat", "-S"), "");
            return result.status() == 0 ? "" : program() + " does not work on this kernel: " + reason(result.output());
        } catch (IOException e) {
            return program() + " cannot be started: " + e.getMessage();
        }
    }
}
