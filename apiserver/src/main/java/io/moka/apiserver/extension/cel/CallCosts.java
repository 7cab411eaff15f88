package io.moka.apiserver.extension.cel;

import static io.moka.apiserver.extension.cel.Size.add;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.types.CelKind;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Estimates the maximum cost of one call, including its arguments, and the size of its result.
///
/// @param costs the costs of the arguments
record CallCosts(CostEstimator estimator, CelExpr.CelCall call, long[] costs) {
    /// The cost of traversing one character.
    private static final double CHARACTER = 0.1;
    /// The cost of one character of a regular expression, for every ten characters of the text that it is matched against.
    private static final double PATTERN = 0.25;
    private static final Size ADDRESS = new Size(4, 16);

    /// @param result null when the result has no size, or the default one
    record Estimate(long cost, @Nullable Size result) {
        Estimate(long cost) {
            this(cost, null);
        }
    }

    private long arguments() {
        return LongStream.of(costs).reduce(0, Size::add);
    }

    private Size argument(int i) {
        return estimator.sizeOrUnknown(call.args().get(i));
    }

    Estimate of(String overload) {
        Estimate own = call.target().isPresent() ? kubernetes(call.target().get(), overload) : null;
        if (own != null) {
            return new Estimate(add(own.cost, arguments()), own.result);
        }
        return switch (overload) {
            case "logical_and", "logical_or" -> new Estimate(add(costs[0], costs[1]));
            case "conditional" -> new Estimate(add(costs[0], Math.max(costs[1], costs[2])), argument(1).or(argument(2)));
            default -> {
                Estimate standard = standard(overload);
                yield new Estimate(add(standard.cost, arguments()), standard.result);
            }
        };
    }

    private Estimate standard(String overload) {
        return switch (overload) {
            case "string_to_bytes" -> new Estimate(argument(0).cost(CHARACTER), argument(0).times(new Size(1, 4)));
            case "bytes_to_string" -> new Estimate(argument(0).cost(CHARACTER), new Size(argument(0).min() / 4, argument(0).max()));
            case "starts_with_string", "ends_with_string" -> new Estimate(argument(0).cost(CHARACTER));
            case "in_list" -> new Estimate(argument(1).cost(1));
            case "matches_string" -> new Estimate(matching());
            case "contains_string" -> new Estimate(Size.multiply(target().cost(CHARACTER), argument(0).cost(CHARACTER)));
            case "add_list" -> new Estimate(1, argument(0).plus(argument(1)));
            case "add_string", "add_bytes" -> new Estimate(argument(0).plus(argument(1)).cost(CHARACTER), argument(0).plus(argument(1)));
            case "list_sets_contains_list", "list_sets_intersects_list" -> new Estimate(add(1, argument(0).times(argument(1)).cost(1)));
            case "list_sets_equivalent_list" -> new Estimate(add(1, argument(0).times(argument(1)).cost(2)));
            case "less_string", "less_bytes", "less_equals_string", "less_equals_bytes", "greater_string", "greater_bytes", "greater_equals_string",
                    "greater_equals_bytes", "equals", "not_equals" -> new Estimate(Size.scale(Math.min(argument(0).max(), argument(1).max()), CHARACTER));
            default -> new Estimate(1);
        };
    }

    private Size target() {
        return call.target().map(estimator::sizeOrUnknown).orElse(Size.UNKNOWN);
    }

    private long matching() {
        return Size.multiply(target().plus(Size.of(1)).cost(CHARACTER), argument(0).cost(PATTERN));
    }

    /// Estimates a call of a function that is not part of the CEL standard; null for all other functions.
    private @Nullable Estimate kubernetes(CelExpr target, String overload) {
        Size size = target();
        return switch (call.function()) {
            case "check" -> new Estimate(350_000);
            case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf" -> new Estimate(comparing(target, size));
            case "lowerAscii", "upperAscii", "substring", "trim" -> new Estimate(size.cost(CHARACTER), size);
            case "replace" -> call.args().size() < 2 ? null : new Estimate(size.cost(2 * CHARACTER), replaced(size, argument(0), argument(1)));
            case "split" -> new Estimate(size.cost(2 * CHARACTER), new Size(0, parts(size)));
            case "join" -> joined(target, size);
            case "find", "findAll" -> call.args().isEmpty() ? null : new Estimate(matching(), new Size(0, size.max()));
            case "containsIP" -> new Estimate(add(ADDRESS.plus(ADDRESS).cost(CHARACTER), overload.endsWith("string") ? argument(0).cost(CHARACTER) : 0));
            case "containsCIDR" -> new Estimate(add(ADDRESS.plus(ADDRESS).cost(CHARACTER) + ADDRESS.cost(CHARACTER) + 1, overload.endsWith("string") ? argument(0).cost(CHARACTER) : 0));
            default -> null;
        };
    }

    private long comparing(CelExpr target, Size size) {
        if (estimator.type(target).parameters().isEmpty()) {
            return size.cost(CHARACTER);
        }
        return Size.multiply(size.max(), holdsTexts(target) ? add(1, elementSize(target).cost(CHARACTER)) : 1);
    }

    private boolean holdsTexts(CelExpr list) {
        CelKind kind = estimator.type(list).parameters().getFirst().kind();
        return kind == CelKind.STRING || kind == CelKind.BYTES;
    }

    private Size elementSize(CelExpr list) {
        SchemaSizes described = estimator.declared(list);
        return described == null || described.element() == null ? Size.UNKNOWN : described.element().size();
    }

    /// Returns the size of a replacement's result: at most, the text consists of the shortest matches only, each replaced by the longest text.
    private static Size replaced(Size text, Size found, Size by) {
        long most = found.min() == 0 ? add(Size.multiply(add(text.max(), 1), by.max()), text.max())
                : by.max() <= found.min() ? text.max() : Size.multiply(Size.scale(text.max(), 1.0 / found.min()), by.max());
        long least = found.max() == 0 ? add(Size.multiply(add(text.min(), 1), by.min()), text.min())
                : found.max() <= by.min() ? text.min() : Size.multiply(Size.scale(text.min(), 1.0 / found.max()), by.min());
        return new Size(least, most);
    }

    private long parts(Size text) {
        boolean limited = call.args().size() > 1 && call.args().get(1).getKind() == Kind.CONSTANT
                && call.args().get(1).constant().getKind() == CelConstant.Kind.INT64_VALUE && call.args().get(1).constant().int64Value() >= 0;
        return limited ? call.args().get(1).constant().int64Value() : text.max();
    }

    private Estimate joined(CelExpr target, Size list) {
        Size all = list.times(elementSize(target));
        if (!call.args().isEmpty()) {
            all = all.plus(argument(0).times(new Size(Math.max(0, list.min() - 1), Math.max(0, list.max() - 1))));
        }
        return new Estimate(all.cost(CHARACTER), all);
    }

    /// Returns the entries of a list that is one of two lists, or their concatenation; null for any other call.
    CostEstimator.@Nullable Entries entries(List<String> overloads) {
        int first = overloads.contains("conditional") ? 1 : overloads.contains("add_list") ? 0 : -1;
        if (first < 0) {
            return null;
        }
        CostEstimator.Entries one = estimator.entries(call.args().get(first));
        CostEstimator.Entries other = estimator.entries(call.args().get(first + 1));
        return one == null || other == null ? null : new CostEstimator.Entries(one.list(), one.key().or(other.key()), one.value().or(other.value()));
    }
}
