package io.moka.proxy.ipvs;

import io.moka.proxy.kernel.Tools;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.IpFamily;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads and changes the kernel's IPVS through `ipvsadm`.
///
/// @param tools runs the commands, in the network namespace to configure
public record Ipvs(Tools tools, IpFamily family) {

    private static final String KERNEL = "this kernel has no IPVS (CONFIG_IP_VS); use nftables";
    private static final Path MARK_OF_THE_MODULE = Path.of("/proc/net/ip_vs");
    /// `net.ipv4.vs`: connections have entries in the connection table, which masquerading and network policies need; an endpoint that has gone takes no more
    /// packets of old UDP flows, and one of weight 0 no more clients that stayed with it.
    private static final List<String> SETTINGS = List.of("conntrack", "expire_nodest_conn", "expire_quiescent_template");

    /// The state of one virtual service in IPVS.
    ///
    /// @param idle the endpoints without a connection; connections that are ending count
    /// @param methods how the endpoints are reached, in the words of `ipvsadm`
    record State(Pool pool, Set<Endpoint> idle, Set<String> methods) {

        /// Whether the endpoints are reached by a change of the packets' addresses, as the proxy's are; `Local` is one of the node's own addresses.
        boolean translates() {
            return Set.of("Masq", "Local").containsAll(methods);
        }
    }

    /// Returns the reason why IPVS cannot be used on this machine, or an empty string if it can. Loads the kernel's module where there is one.
    public String obstacle() throws IOException {
        if (!isInstalled()) {
            return hasModule() ? "ipvsadm is missing (apt-get install ipvsadm)" : KERNEL;
        }
        var answer = tools.run(List.of("ipvsadm", "-L", "-n"), "");
        return answer.status() == 0 ? "" : answer.output().contains("initialize ipvs") ? KERNEL : "ipvsadm does not work on this kernel: " + answer.output().strip();
    }

    /// Looked for before it is run: in another network namespace a tool that is missing is a failure of the tool that enters the namespace.
    private static boolean isInstalled() {
        return Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator)).anyMatch(folder -> Files.isExecutable(Path.of(folder, "ipvsadm")));
    }

    /// Whether the kernel has the module, loaded or to be loaded.
    private boolean hasModule() throws IOException {
        try {
            return isLoaded() || tools.run(List.of("modprobe", "-q", "ip_vs"), "").status() == 0;
        } catch (IOException noModprobe) {
            return isLoaded();
        }
    }

    /// Whether the kernel's module is there; without it there is nothing of this mode on the machine.
    public static boolean isLoaded() {
        return Files.exists(MARK_OF_THE_MODULE);
    }

    /// Sets what the mode needs of the kernel. Stays set when the mode is left: without a virtual service it means nothing.
    ///
    /// @throws IOException when IPVS cannot be used here
    void prepare() throws IOException {
        var obstacle = obstacle();
        if (!obstacle.isEmpty()) {
            throw new IOException(obstacle);
        }
        for (var setting : SETTINGS) {
            var answer = tools.run(List.of("sysctl", "-q", "-w", "net.ipv4.vs." + setting + "=1"), "");
            if (answer.status() != 0) {
                throw new IOException("net.ipv4.vs." + setting + " cannot be set: " + answer.output().strip());
            }
        }
    }

    /// Returns all virtual services of this family that IPVS has.
    Map<VirtualService, State> read() throws IOException {
        return parse(tools.read(List.of("ipvsadm", "-L", "-n", "--exact")));
    }

    /// Returns the state of one virtual service as text; empty if IPVS does not have it.
    String show(VirtualService service) throws IOException {
        var option = service.option().split(" ");
        var answer = tools.run(List.of("ipvsadm", "-L", "-n", "--exact", option[0], option[1]), "");
        return answer.status() == 0 ? answer.output() : "";
    }

    Map<VirtualService, State> parse(String listing) {
        var states = new LinkedHashMap<VirtualService, State>();
        @Nullable State current = null;
        for (var line : listing.lines().toList()) {
            var words = line.strip().split("\\s+");
            var protocol = words[0].toLowerCase(Locale.ROOT);
            if (protocol.equals("->")) {
                if (current != null) {
                    add(current, words);
                }
            } else {
                // the listing's head has no service, and one by a mark is another program's
                current = VirtualService.PROTOCOLS.contains(protocol) ? new State(new Pool(words[2], affinity(words), new LinkedHashMap<>()), new HashSet<>(), new HashSet<>()) : null;
                if (current != null && IpFamily.of(endpoint(words[1]).address()) == family) {
                    states.put(new VirtualService(protocol, endpoint(words[1])), current);
                }
            }
        }
        return states;
    }

    private static void add(State state, String[] words) {
        var endpoint = endpoint(words[1]);
        state.pool.members().put(endpoint, Integer.valueOf(words[3]));
        state.methods.add(words[2]);
        if (words[4].equals("0") && words[5].equals("0")) {
            state.idle.add(endpoint);
        }
    }

    private static int affinity(String[] words) {
        int place = List.of(words).indexOf("persistent");
        return place < 0 ? 0 : Integer.parseInt(words[place + 1]);
    }

    private static Endpoint endpoint(String text) {
        int colon = text.lastIndexOf(':');
        return new Endpoint(VirtualService.normal(text.substring(0, colon).replaceAll("[\\[\\]]", "")), Integer.parseInt(text.substring(colon + 1)));
    }

    /// Carries the commands out, one after the other. One that fails stops no other.
    ///
    /// @throws IOException when one failed
    void apply(List<String> commands) throws IOException {
        if (commands.isEmpty()) {
            return;
        }
        var answer = tools.run(List.of("ipvsadm", "--restore"), String.join("\n", commands) + "\n");
        // the status is that of the last command alone
        if (answer.status() != 0 || !answer.output().isBlank()) {
            throw new IOException("ipvsadm: " + answer.output().lines().findFirst().orElse("status " + answer.status()));
        }
    }
}
