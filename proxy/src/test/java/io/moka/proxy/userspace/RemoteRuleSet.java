package io.moka.proxy.userspace;

import io.moka.machinery.client.Json;
import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.RuleSet;
import io.moka.proxy.ServicesRefusedException;
import io.moka.proxy.contract.Child;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.IpFamily;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A rule set in a [RuleSetHost].
final class RemoteRuleSet implements RuleSet {

    private final Child host;
    private final int number;
    private final IpFamily family;

    RemoteRuleSet(Child host, int number, IpFamily family, String podCidrs, String serviceCidrs) throws IOException {
        this.host = host;
        this.number = number;
        this.family = family;
        ask("open", List.of(podCidrs, serviceCidrs), List.of());
    }

    private String ask(String verb, List<String> words, List<RuleSetHost.Row> rows) throws IOException {
        var question = Json.mapper().writeValueAsString(new RuleSetHost.Question(number, verb, family, words, rows));
        var answer = Json.mapper().readValue(host.ask(question), RuleSetHost.Answer.class);
        if (!answer.refused().isEmpty()) {
            var reasons = new LinkedHashMap<ServicesRefusedException.Part, String>();
            answer.refused().forEach((key, reason) -> reasons.put(new ServicesRefusedException.Part(new ObjectKey(key.substring(0, key.indexOf('/')), key.substring(key.indexOf('/') + 1)), family), reason));
            throw new ServicesRefusedException(reasons);
        }
        if (answer.failure() != null) {
            throw new IOException(answer.failure());
        }
        return answer.text();
    }

    private static List<RuleSetHost.Row> rows(Map<ObjectKey, Map<Front, Backends>> services) {
        var rows = new ArrayList<RuleSetHost.Row>();
        services.forEach((key, fronts) -> {
            rows.add(RuleSetHost.Row.none(key));
            fronts.forEach((front, backends) -> rows.add(RuleSetHost.Row.of(key, front, backends)));
        });
        return rows;
    }

    @Override
    public void nodePortsOn(List<String> ranges) {
        try {
            ask("nodePortsOn", ranges, List.of());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void replaceAll(Map<ObjectKey, Map<Front, Backends>> services) throws IOException {
        ask("replaceAll", List.of(), rows(services));
    }

    @Override
    public void update(Map<ObjectKey, Map<Front, Backends>> services) throws IOException {
        ask("update", List.of(), rows(services));
    }

    @Override
    public void settle() throws IOException {
        ask("settle", List.of(), List.of());
    }

    @Override
    public boolean isIntact() throws IOException {
        return Boolean.parseBoolean(ask("isIntact", List.of(), List.of()));
    }

    @Override
    public String describe(Front front) {
        try {
            return ask("describe", List.of(), List.of(RuleSetHost.Row.of(new ObjectKey("n", "s"), front, new Backends(List.of(), 0, false))));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public List<String> held(Front front) throws IOException {
        return ask("held", List.of(), List.of(RuleSetHost.Row.of(new ObjectKey("n", "s"), front, new Backends(List.of(), 0, false)))).lines().toList();
    }

    @Override
    public void remove() throws IOException {
        ask("remove", List.of(), List.of());
    }
}
