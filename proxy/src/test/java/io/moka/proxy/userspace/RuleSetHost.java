package io.moka.proxy.userspace;

import io.moka.machinery.client.Json;
import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.ClusterNetwork;
import io.moka.proxy.RuleSet;
import io.moka.proxy.ServicesRefusedException;
import io.moka.proxy.kernel.Tools;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.IpFamily;
import io.moka.proxy.model.Sources;
import io.moka.proxy.nftables.NftablesRuleSet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A process in the node's namespace that does what a rule set of mode userspace is asked to do: its sockets are to be in that namespace.
public final class RuleSetHost {

    /// One front with what is behind it; without front, a service that has none.
    record Row(String namespace, String name, @Nullable String kind, String address, String protocol, int port, String portName, List<Endpoint> endpoints,
            List<Endpoint> everywhere, int affinitySeconds, boolean local, @Nullable List<String> ranges) {

        static Row of(ObjectKey service, Front front, Backends backends) {
            var address = switch (front) {
                case Front.ServiceAddress(var text, _, _) -> text;
                case Front.ExternalAddress(var text, _, _) -> text;
                case Front.NodePort(var family, _, _) -> family.name();
            };
            return new Row(service.namespace(), service.name(), front.getClass().getSimpleName(), address, front.protocol(), front.port(), backends.port(), backends.endpoints(),
                    backends.everywhere(), backends.affinitySeconds(), backends.local(), backends.sources() instanceof Sources.Ranges(var cidrs) ? cidrs : null);
        }

        static Row none(ObjectKey service) {
            return new Row(service.namespace(), service.name(), null, "", "", 0, "", List.of(), List.of(), 0, false, null);
        }

        Front front() {
            return switch (String.valueOf(kind)) {
                case "ServiceAddress" -> new Front.ServiceAddress(address, protocol, port);
                case "ExternalAddress" -> new Front.ExternalAddress(address, protocol, port);
                default -> new Front.NodePort(IpFamily.valueOf(address), protocol, port);
            };
        }

        Backends backends() {
            return new Backends(portName, endpoints, everywhere, affinitySeconds, local, ranges == null ? Sources.ANYONE : new Sources.Ranges(ranges));
        }
    }

    /// @param set the number of the rule set
    record Question(int set, String verb, IpFamily family, List<String> words, List<Row> rows) {
    }

    /// @param refused reasons by `namespace/name`
    record Answer(String text, @Nullable String failure, Map<String, String> refused) {
    }

    private final Map<Integer, RuleSet> sets = new HashMap<>();

    private RuleSetHost() {
    }

    public static void main(String[] arguments) throws IOException {
        var host = new RuleSetHost();
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(Json.mapper().writeValueAsString(host.answer(Json.mapper().readValue(line, Question.class))));
        }
    }

    private Answer answer(Question question) {
        try {
            return new Answer(handle(question), null, Map.of());
        } catch (ServicesRefusedException e) {
            var refused = new LinkedHashMap<String, String>();
            e.reasons().forEach((part, reason) -> refused.put(part.service().toString(), reason));
            return new Answer("", e.getMessage(), refused);
        } catch (IOException | RuntimeException e) {
            return new Answer("", e.toString(), Map.of());
        }
    }

    private String handle(Question question) throws IOException {
        var set = sets.get(question.set);
        switch (question.verb) {
            case "open" -> {
                var network = ClusterNetwork.of(question.family, question.words.getFirst(), question.words.getLast());
                sets.put(question.set, new UserspaceRuleSet(network, new NftablesRuleSet("moka-test", network, Tools.HERE)));
            }
            case "nodePortsOn" -> set.nodePortsOn(question.words);
            case "replaceAll" -> set.replaceAll(services(question.rows));
            case "update" -> set.update(services(question.rows));
            case "settle" -> set.settle();
            case "isIntact" -> {
                return Boolean.toString(set.isIntact());
            }
            case "held" -> {
                return String.join("\n", set.held(question.rows.getFirst().front()));
            }
            case "describe" -> {
                return set.describe(question.rows.getFirst().front());
            }
            case "remove" -> set.remove();
            default -> throw new IllegalArgumentException(question.verb);
        }
        return "";
    }

    private static Map<ObjectKey, Map<Front, Backends>> services(List<Row> rows) {
        var services = new LinkedHashMap<ObjectKey, Map<Front, Backends>>();
        for (var row : new ArrayList<>(rows)) {
            var fronts = services.computeIfAbsent(new ObjectKey(row.namespace, row.name), _ -> new LinkedHashMap<>());
            if (row.kind != null) {
                fronts.put(row.front(), row.backends());
            }
        }
        return services;
    }
}
