package io.moka.apiserver.front.authz;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Checks whether some rules cover all permissions of others. The others are split into single permissions, each of which one rule must cover.
final class RuleCoverage {
    private static final int MAX_PERMISSIONS = 100_000;

    private RuleCoverage() {}

    /// Returns the permissions of `wanted` that `held` does not cover, one description per line, sorted; empty when everything is covered.
    static List<String> missing(List<PolicyRule> held, List<PolicyRule> wanted) {
        List<PolicyRule> missing = new ArrayList<>();
        for (PolicyRule rule : wanted) {
            if (held.stream().noneMatch(holder -> covers(holder, rule))) {
                for (PolicyRule single : singles(rule)) {
                    if (held.stream().noneMatch(holder -> covers(holder, single))) {
                        missing.add(single);
                    }
                }
            }
        }
        Set<String> lines = new TreeSet<>();
        compact(missing).forEach(rule -> lines.add(describe(rule)));
        return List.copyOf(lines);
    }

    private static List<PolicyRule> singles(PolicyRule rule) {
        List<String> names = rule.resourceNames().isEmpty() ? List.of("") : rule.resourceNames();
        long count = (long) rule.verbs().size() * (rule.nonResourceUrls().size() + (long) rule.apiGroups().size() * rule.resources().size() * names.size());
        if (count > MAX_PERMISSIONS) {
            return List.of(rule);
        }
        List<PolicyRule> singles = new ArrayList<>();
        for (String group : rule.apiGroups()) {
            for (String resource : rule.resources()) {
                for (String verb : rule.verbs()) {
                    for (String name : names) {
                        singles.add(new PolicyRule(List.of(verb), List.of(group), List.of(resource), name.isEmpty() ? List.of() : List.of(name), List.of()));
                    }
                }
            }
        }
        for (String url : rule.nonResourceUrls()) {
            for (String verb : rule.verbs()) {
                singles.add(new PolicyRule(List.of(verb), List.of(), List.of(), List.of(), List.of(url)));
            }
        }
        return singles;
    }

    private static boolean covers(PolicyRule holder, PolicyRule wanted) {
        return (holder.verbs().contains("*") || holder.verbs().containsAll(wanted.verbs()))
                && (holder.apiGroups().contains("*") || holder.apiGroups().containsAll(wanted.apiGroups()))
                && wanted.resources().stream().allMatch(resource -> coversResource(holder, resource))
                && coversNames(holder.resourceNames(), wanted.resourceNames())
                && wanted.nonResourceUrls().stream().allMatch(url -> coversUrl(holder, url));
    }

    private static boolean coversResource(PolicyRule holder, String resource) {
        int slash = resource.indexOf('/');
        return holder.resources().contains("*") || holder.resources().contains(resource)
                || slash >= 0 && holder.resources().contains("*" + resource.substring(slash));
    }

    /// Whether names are covered; an empty list means all names.
    private static boolean coversNames(List<String> held, List<String> wanted) {
        return held.isEmpty() || !wanted.isEmpty() && held.containsAll(wanted);
    }

    private static boolean coversUrl(PolicyRule holder, String url) {
        return holder.nonResourceUrls().stream().anyMatch(held -> held.equals(url) || held.endsWith("*") && url.startsWith(held.substring(0, held.length() - 1)));
    }

    /// Merges rules that differ only in their verbs.
    private static List<PolicyRule> compact(List<PolicyRule> rules) {
        Map<PolicyRule, Set<String>> verbs = new LinkedHashMap<>();
        for (PolicyRule rule : rules) {
            PolicyRule key = rule.nonResourceUrls().isEmpty()
                    ? new PolicyRule(List.of(), rule.apiGroups(), rule.resources(), rule.resourceNames(), List.of())
                    : new PolicyRule(rule.verbs(), rule.apiGroups(), rule.resources(), rule.resourceNames(), rule.nonResourceUrls());
            verbs.computeIfAbsent(key, ignored -> new LinkedHashSet<>()).addAll(rule.verbs());
        }
        return verbs.entrySet().stream().map(entry -> new PolicyRule(List.copyOf(entry.getValue()), entry.getKey().apiGroups(), entry.getKey().resources(),
                entry.getKey().resourceNames(), entry.getKey().nonResourceUrls())).toList();
    }

    private static String describe(PolicyRule rule) {
        List<String> parts = new ArrayList<>();
        add(parts, "APIGroups", rule.apiGroups());
        add(parts, "Resources", rule.resources());
        add(parts, "NonResourceURLs", rule.nonResourceUrls());
        add(parts, "ResourceNames", rule.resourceNames());
        add(parts, "Verbs", rule.verbs());
        return "{" + String.join(", ", parts) + "}";
    }

    private static void add(List<String> parts, String field, List<String> values) {
        if (!values.isEmpty()) {
            parts.add(field + ":" + quoted(values));
        }
    }

    static String quoted(List<String> values) {
        return values.stream().map(value -> '"' + value + '"').collect(Collectors.joining(" ", "[", "]"));
    }
}
