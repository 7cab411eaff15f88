package io.moka.proxy.policy.model;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.moka.machinery.meta.ObjectKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Holds the known policies, pods and namespaces, and computes from them the isolations of one node's pods.
///
/// The result depends on the present contents alone, never on their history. The allowance of each policy is cached, so that the cost of a change is
/// proportional to the number of isolations that depend on it. Belongs to one thread.
public final class PolicyBook {

    /// The cache key of a policy's allowance: the direction and, if ingress rules name ports, the named ports of the selected pods.
    private record Question(Direction direction, Map<PodFacts.NamedPort, Integer> selectedPorts) {
    }

    /// The pods of a group on this node, and the policies that select them.
    private static final class Members {
        private final Map<ObjectKey, PodFacts> pods = new HashMap<>();
        private final Set<ObjectKey> selectedBy = new LinkedHashSet<>();
        private boolean stale = true;
    }

    private final String node;
    private final Map<ObjectKey, PolicyRules> policies = new HashMap<>();
    private final Map<String, Map<ObjectKey, PodFacts>> pods = new HashMap<>();
    private final Map<String, Map<String, String>> namespaces = new HashMap<>();
    private final Map<ObjectKey, Map<Question, Allowance>> answers = new HashMap<>();
    private final Map<PodGroup, Members> groups = new HashMap<>();
    private final Map<Isolation.Key, Isolation> isolations = new LinkedHashMap<>();
    private final Resolver.Cluster cluster = new Resolver.Cluster() {
        @Override
        public Collection<PodFacts> pods(String namespace) {
            return pods.getOrDefault(namespace, Map.of()).values();
        }

        @Override
        public Map<String, Map<String, String>> namespaces() {
            return namespaces;
        }
    };

    /// @param node the node whose pods are to be isolated
    public PolicyBook(String node) {
        this.node = node;
    }

    /// Adds or replaces a policy. An unreadable policy allows nothing, and isolates the pods that it selects.
    ///
    /// @throws IllegalArgumentException when the policy cannot be read; the message gives the reason
    public void put(NetworkPolicy policy) {
        try {
            put(PolicyRules.of(policy));
        } catch (RuntimeException e) {
            try {
                put(PolicyRules.closed(policy));
            } catch (RuntimeException selectorToo) {
                removePolicy(ObjectKey.of(policy));
            }
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private void put(PolicyRules rules) {
        policies.put(rules.key(), rules);
        forget(rules.key());
        groups.forEach((group, members) -> {
            if (group.namespace().equals(rules.key().namespace())) {
                reselect(group, members, rules);
            }
        });
    }

    private static void reselect(PodGroup group, Members members, PolicyRules rules) {
        boolean selects = rules.pods().matches(group.labels());
        boolean changed = selects ? members.selectedBy.add(rules.key()) : members.selectedBy.remove(rules.key());
        members.stale |= changed || selects;
    }

    public void removePolicy(ObjectKey key) {
        if (policies.remove(key) != null) {
            forget(key);
            groups.values().forEach(members -> members.stale |= members.selectedBy.remove(key));
        }
    }

    /// Drops the policy's cached allowances, and marks the groups that it selects as stale.
    private void forget(ObjectKey policy) {
        answers.remove(policy);
        groups.values().forEach(members -> members.stale |= members.selectedBy.contains(policy));
    }

    /// Adds or replaces a pod; null removes it.
    public void put(ObjectKey key, @Nullable PodFacts pod) {
        var ofNamespace = pods.computeIfAbsent(key.namespace(), name -> new HashMap<>());
        var before = pod == null ? ofNamespace.remove(key) : ofNamespace.put(key, pod);
        if (ofNamespace.isEmpty()) {
            pods.remove(key.namespace());
        }
        if (pod == null ? before == null : pod.equals(before)) {
            return;
        }
        var labels = namespaces.get(key.namespace());
        for (var policy : policies.values()) {
            if (before != null && policy.concerns(before, labels) || pod != null && policy.concerns(pod, labels)) {
                forget(policy.key());
            }
        }
        leave(key, before);
        join(key, pod);
    }

    private void leave(ObjectKey key, @Nullable PodFacts pod) {
        if (pod != null && pod.node().equals(node)) {
            var members = groups.get(PodGroup.of(pod));
            if (members != null && members.pods.remove(key) != null) {
                members.stale = true;
            }
        }
    }

    private void join(ObjectKey key, @Nullable PodFacts pod) {
        if (pod != null && pod.node().equals(node)) {
            var group = PodGroup.of(pod);
            var members = groups.computeIfAbsent(group, this::selected);
            members.pods.put(key, pod);
            members.stale = true;
        }
    }

    private Members selected(PodGroup group) {
        var members = new Members();
        policies.values().stream().filter(rules -> rules.key().namespace().equals(group.namespace())).forEach(rules -> reselect(group, members, rules));
        return members;
    }

    /// Adds or replaces a namespace's labels; null removes the namespace.
    public void putNamespace(String name, @Nullable Map<String, String> labels) {
        var before = labels == null ? namespaces.remove(name) : namespaces.put(name, Map.copyOf(labels));
        if (!pods.containsKey(name)) {
            return;
        }
        for (var policy : policies.values()) {
            if (before == null || labels == null || policy.tellsApart(before, labels)) {
                forget(policy.key());
            }
        }
    }

    /// Returns the isolations that are wanted now. An isolation that is the same object as in an earlier answer has not changed.
    public Map<Isolation.Key, Isolation> isolations() {
        groups.entrySet().removeIf(entry -> {
            var group = entry.getKey();
            var members = entry.getValue();
            if (members.stale) {
                for (var direction : Direction.values()) {
                    isolate(group, members, direction);
                }
                members.stale = false;
            }
            return members.pods.isEmpty();
        });
        return isolations;
    }

    private void isolate(PodGroup group, Members members, Direction direction) {
        var selecting = members.selectedBy.stream().map(policies::get).filter(rules -> rules.rules().containsKey(direction)).toList();
        var key = new Isolation.Key(group, direction);
        var addresses = new TreeSet<Address>();
        members.pods.values().forEach(pod -> addresses.addAll(pod.addresses()));
        if (selecting.isEmpty() || addresses.isEmpty()) {
            isolations.remove(key);
            return;
        }
        var allowed = Allowance.united(selecting.stream().map(rules -> answer(rules, direction, group)).toList());
        isolations.put(key, new Isolation(group, direction, addresses, allowed, selecting.stream().map(PolicyRules::key).toList()));
    }

    private Allowance answer(PolicyRules rules, Direction direction, PodGroup group) {
        var question = new Question(direction, direction == Direction.INGRESS && rules.hasNamedPorts(direction) ? group.namedPorts() : Map.of());
        return answers.computeIfAbsent(rules.key(), key -> new HashMap<>())
                .computeIfAbsent(question, asked -> Resolver.resolve(cluster, rules, direction, asked.selectedPorts()));
    }
}
