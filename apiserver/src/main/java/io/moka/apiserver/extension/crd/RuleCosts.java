package io.moka.apiserver.extension.crd;

import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Problems;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Checks the estimated costs of a definition's rules against the limits for each rule and for all together.
final class RuleCosts {
    private static final long PER_EXPRESSION = 10_000_000;
    private static final long PER_DEFINITION = 100_000_000;
    private static final int NAMED = 4;

    private record Cost(FieldPath path, String name, long cost) {}

    private final Problems problems;
    private final List<Cost> costs = new ArrayList<>();

    RuleCosts(Problems problems) {
        this.problems = problems;
    }

    /// Multiplies, saturating at `Long.MAX_VALUE`.
    static long multiply(long one, long other) {
        return other != 0 && one > Long.MAX_VALUE / other ? Long.MAX_VALUE : one * other;
    }

    void rule(FieldPath path, long cost) {
        costs.add(new Cost(path, "estimated rule cost", cost));
    }

    void message(FieldPath path, long cost) {
        costs.add(new Cost(path, "estimated messageExpression cost", cost));
    }

    /// Reports costs above the limits.
    ///
    /// @param schema the path of the root schema
    void report(FieldPath schema) {
        long total = 0;
        for (Cost cost : costs) {
            total = total > Long.MAX_VALUE - cost.cost ? Long.MAX_VALUE : total + cost.cost;
            if (cost.cost > PER_EXPRESSION) {
                problems.forbidden(cost.path, excess(cost.name, cost.cost, PER_EXPRESSION));
            }
        }
        if (total > PER_DEFINITION) {
            costs.stream().filter(cost -> cost.cost >= PER_DEFINITION / 100).sorted(Comparator.comparingLong(Cost::cost).reversed()).limit(NAMED)
                    .forEach(cost -> problems.forbidden(cost.path, "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema"));
            problems.forbidden(schema, excess("x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema", total, PER_DEFINITION));
        }
    }

    private static String excess(String name, long cost, long limit) {
        double factor = (double) cost / limit;
        String times = factor > 100 ? "more than 100x" : String.format(Locale.ROOT, factor < 1.5 ? "%fx" : "%.1fx", factor);
        return name + " exceeds budget by factor of " + times
                + " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)";
    }
}
