package io.moka.proxy.iptables;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.IpFamily;
import io.moka.proxy.model.Sources;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The rules of one service: chains of its own in the table `nat`, and its lines in the chains that list all services.
final class ServiceRules {

    /// The kernel sends an ICMP error only once a second to each client, but a reset each time.
    static final String REFUSE_TCP = " -j REJECT --reject-with tcp-reset";
    static final String REFUSE = " -j REJECT";

    private final Names names;
    private final ObjectKey service;
    private final List<String> podRanges;

    // chain → rules, in the table nat
    private final Map<String, List<String>> chains = new LinkedHashMap<>();
    // endpoints by the chain that chooses among them
    private final Map<String, List<Endpoint>> choices = new LinkedHashMap<>();
    private final List<String> dispatch = new ArrayList<>();
    private final List<String> nodePortDispatch = new ArrayList<>();
    private final List<String> unserved = new ArrayList<>();
    private final List<String> unservedExternal = new ArrayList<>();
    private final List<String> firewall = new ArrayList<>();

    private ServiceRules(Names names, ObjectKey service, List<String> podRanges) {
        this.names = names;
        this.service = service;
        this.podRanges = podRanges;
    }

    /// @param nodeAddresses ranges of the addresses that serve node ports
    static ServiceRules of(Names names, ObjectKey service, Map<Front, Backends> fronts, List<String> podRanges, List<String> nodeAddresses) {
        var rules = new ServiceRules(names, service, podRanges);
        fronts.forEach((front, backends) -> rules.add(front, backends, nodeAddresses));
        return rules;
    }

    /// The service's own chains in the table `nat`, each with its rules.
    Map<String, List<String>> chains() {
        return chains;
    }

    /// Lines for `KUBE-SERVICES` of the table `nat`.
    List<String> dispatch() {
        return dispatch;
    }

    /// Lines for `KUBE-NODEPORTS`.
    List<String> nodePortDispatch() {
        return nodePortDispatch;
    }

    /// Lines for `KUBE-SERVICES` of the table `filter`.
    List<String> unserved() {
        return unserved;
    }

    /// Lines for `KUBE-EXTERNAL-SERVICES`.
    List<String> unservedExternal() {
        return unservedExternal;
    }

    /// Lines for `KUBE-PROXY-FIREWALL`.
    List<String> firewall() {
        return firewall;
    }

    private void add(Front front, Backends backends, List<String> nodeAddresses) {
        var port = service + ":" + backends.port() + front.protocol();
        switch (front) {
            case Front.ServiceAddress address -> addInternal(address, backends, port);
            case Front.ExternalAddress address -> addExternal(address, backends, port);
            case Front.NodePort _ -> {
                var match = match(front) + comment(backends);
                var chain = external(front, backends, port);
                if (!chain.isEmpty()) {
                    nodePortDispatch.add(match + " -j " + chain);
                }
                if (backends.endpoints().isEmpty()) {
                    nodeAddresses.forEach(range -> unservedExternal.add("-d " + range + " -m addrtype --dst-type LOCAL " + match + verdict(front, backends)));
                }
            }
        }
    }

    private void addInternal(Front.ServiceAddress front, Backends backends, String port) {
        var match = "-d " + front.address() + " " + match(front);
        if (backends.endpoints().isEmpty()) {
            unserved.add(match + comment(backends) + verdict(front, backends));
            return;
        }
        var chain = choice(backends.local() ? "SVL" : "SVC", port, front, backends, backends.endpoints());
        if (!podRanges.isEmpty()) {
            chains.get(chain).addFirst("! -s " + podRanges.getFirst() + " " + match + " -j " + names.markMasquerade());
        }
        dispatch.add(match + comment(backends) + " -j " + chain);
    }

    private void addExternal(Front.ExternalAddress front, Backends backends, String port) {
        var match = "-d " + front.address() + " " + match(front) + comment(backends);
        var chain = external(front, backends, port);
        if (backends.sources() instanceof Sources.Ranges(var cidrs)) {
            firewall.add(match + " -j DROP");
            if (!chain.isEmpty()) {
                var admission = names.hashed("FW", port + front);
                chains.put(admission, cidrs.stream().map(cidr -> "-s " + cidr + " -j " + chain).toList());
                dispatch.add(match + " -j " + admission);
            }
        } else if (!chain.isEmpty()) {
            dispatch.add(match + " -j " + chain);
        }
        if (backends.endpoints().isEmpty()) {
            unservedExternal.add(match + verdict(front, backends));
        }
    }

    /// Returns the chain for connections to an external front; empty if no client has an endpoint.
    private String external(Front front, Backends backends, String port) {
        var rules = new ArrayList<String>();
        if (!backends.local()) {
            if (!backends.endpoints().isEmpty()) {
                rules.add("-j " + names.markMasquerade());
                rules.add("-j " + choice("SVC", port, front, backends, backends.endpoints()));
            }
        } else {
            if (!backends.everywhere().isEmpty()) {
                var all = choice("SVC", port, front, backends, backends.everywhere());
                podRanges.forEach(range -> rules.add("-s " + range + " -j " + all));
                rules.add("-m addrtype --src-type LOCAL -j " + names.markMasquerade());
                rules.add("-m addrtype --src-type LOCAL -j " + all);
            }
            if (!backends.endpoints().isEmpty()) {
                rules.add("-j " + choice("SVL", port, front, backends, backends.endpoints()));
            }
        }
        if (rules.isEmpty()) {
            return "";
        }
        var chain = names.hashed("EXT", port);
        if (chains.containsKey(chain) && !chains.get(chain).equals(rules)) {
            chain = names.hashed("EXT", port + front);
        }
        chains.put(chain, rules);
        return chain;
    }

    /// The chain that chooses among these endpoints. Fronts of one port share it; where one has other endpoints, it has a chain of its own.
    private String choice(String kind, String port, Front front, Backends backends, List<Endpoint> endpoints) {
        var chain = names.hashed(kind, port);
        if (!endpoints.equals(choices.getOrDefault(chain, endpoints))) {
            chain = names.hashed(kind, port + front);
        }
        if (choices.put(chain, endpoints) == null) {
            chains.put(chain, choose(port, front, backends, endpoints));
        }
        return chain;
    }

    private List<String> choose(String port, Front front, Backends backends, List<Endpoint> endpoints) {
        var rules = new ArrayList<String>();
        if (backends.affinitySeconds() > 0) {
            for (var endpoint : endpoints) {
                var chain = endpoint(port, front, backends, endpoint);
                rules.add("-m recent --name " + chain + " --rcheck --seconds " + backends.affinitySeconds() + " --reap -j " + chain);
            }
        }
        for (int i = 0; i < endpoints.size(); i++) {
            int left = endpoints.size() - i;
            var probability = left == 1 ? "" : String.format(Locale.ROOT, "-m statistic --mode random --probability %.10f ", 1.0 / left);
            rules.add(probability + "-j " + endpoint(port, front, backends, endpoints.get(i)));
        }
        return rules;
    }

    private String endpoint(String port, Front front, Backends backends, Endpoint endpoint) {
        var chain = names.hashed("SEP", port + endpoint);
        var remember = backends.affinitySeconds() > 0 ? " -m recent --name " + chain + " --set" : "";
        chains.put(chain, List.of("-s " + endpoint.address() + " -j " + names.markMasquerade(),
                "-p " + front.protocol() + remember + " -j DNAT --to-destination " + endpoint));
        return chain;
    }

    private static String match(Front front) {
        return "-p " + front.protocol() + " -m " + front.protocol() + " --dport " + front.port();
    }

    private static String verdict(Front front, Backends backends) {
        return backends.dropsUnserved() ? " -j DROP" : front.protocol().equals("tcp") ? REFUSE_TCP : REFUSE;
    }

    private String comment(Backends backends) {
        return " -m comment --comment \"" + service + (backends.port().isEmpty() ? "" : ":" + backends.port()) + "\"";
    }

    /// Loopback addresses of the family.
    static String loopback(IpFamily family) {
        return family == IpFamily.IPV4 ? "127.0.0.0/8" : "::1";
    }
}
