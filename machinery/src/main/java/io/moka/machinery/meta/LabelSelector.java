package io.moka.machinery.meta;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Selects objects by their labels: all requirements must hold. The empty selector matches everything.
///
/// Both of Kubernetes' written forms are read here: the query form (`tier=back-end,track in (canary,beta),!legacy`) and the
/// object form (`matchLabels` with `matchExpressions`). Follows upstream's `labels.Selector`.
public record LabelSelector(List<Requirement> requirements) {

    private static final LabelSelector EVERYTHING = new LabelSelector(List.of());

    private static final LabelSelector NOTHING = new LabelSelector(List.of(new Requirement.In("", Set.of())));

    public static LabelSelector everything() {
        return EVERYTHING;
    }

    public static LabelSelector nothing() {
        return NOTHING;
    }

    /// Reads the query form.
    ///
    /// @throws IllegalArgumentException when the text is not a selector; the message names the place
    public static LabelSelector parse(String text) {
        return new SelectorParser(text).parse();
    }

    /// The equality form, as in a service's or a replication controller's `spec.selector`.
    public static LabelSelector ofLabels(@Nullable Map<String, String> labels) {
        if (labels == null || labels.isEmpty()) {
            return EVERYTHING;
        }
        var requirements = new ArrayList<Requirement>();
        labels.forEach((key, value) -> requirements.add(new Requirement.In(key, Set.of(value))));
        return new LabelSelector(List.copyOf(requirements));
    }

    /// The object form, as in a replica set's `spec.selector`.
    public static LabelSelector of(io.fabric8.kubernetes.api.model.LabelSelector selector) {
        var requirements = new ArrayList<>(ofLabels(selector.getMatchLabels()).requirements);
        for (var expression : selector.getMatchExpressions()) {
            requirements.add(requirement(expression.getKey(), expression.getOperator(), expression.getValues()));
        }
        return new LabelSelector(List.copyOf(requirements));
    }

    /// One expression by its operator's name: `In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt`, `Lt`.
    public static Requirement requirement(String key, String operator, @Nullable List<String> values) {
        var set = values == null ? Set.<String>of() : new TreeSet<>(values);
        return switch (operator) {
            case "In" -> new Requirement.In(key, set);
            case "NotIn" -> new Requirement.NotIn(key, set);
            case "Exists" -> new Requirement.Exists(key);
            case "DoesNotExist" -> new Requirement.DoesNotExist(key);
            case "Gt" -> new Requirement.GreaterThan(key, Long.parseLong(set.iterator().next()));
            case "Lt" -> new Requirement.LessThan(key, Long.parseLong(set.iterator().next()));
            default -> throw new IllegalArgumentException("\"" + operator + "\" is not a valid label selector operator");
        };
    }

    public boolean matches(@Nullable Map<String, String> labels) {
        var present = labels == null ? Map.<String, String>of() : labels;
        for (var requirement : requirements) {
            if (!requirement.matches(present)) {
                return false;
            }
        }
        return true;
    }

    public boolean isEverything() {
        return requirements.isEmpty();
    }

    @Override
    public String toString() {
        return requirements.stream().map(Requirement::toString).collect(Collectors.joining(","));
    }
}
