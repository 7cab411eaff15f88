package io.moka.apiserver.extension.cel;

import static io.moka.apiserver.extension.cel.Size.add;

import com.google.common.collect.ImmutableList;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Estimates the maximum cost of an expression over values of a schema before any evaluation. The arithmetic is upstream's, since it decides
/// which definitions are accepted; this includes its oddities, such as a size of 0 for objects and keys.
final class CostEstimator {
    private static final long LIST_COST = 10;
    private static final long MAP_COST = 30;
    private static final long STRUCT_COST = 40;
    private static final String ACCUMULATOR = "__result__";
    private static final String HIDDEN_ACCUMULATOR = "@result";

    /// The sizes of the keys and values of a list or map. A list's values are its elements.
    record Entries(boolean list, Size key, Size value) {}

    /// A variable of a comprehension.
    private record Local(@Nullable SchemaSizes declared, @Nullable Size size, @Nullable Entries entries) {}

    private final CelAbstractSyntaxTree tree;
    private final SchemaSizes root;
    private final Map<Long, SchemaSizes> declared = new HashMap<>();
    private final Map<Long, Size> sizes = new HashMap<>();
    private final Map<Long, Entries> entries = new HashMap<>();
    private final Map<String, Deque<Local>> locals = new HashMap<>();

    private CostEstimator(CelAbstractSyntaxTree tree, SchemaSizes root) {
        this.tree = tree;
        this.root = root;
    }

    /// @param root the sizes of the variables
    static long estimate(CelAbstractSyntaxTree tree, SchemaSizes root) {
        return new CostEstimator(tree, root).cost(tree.getExpr());
    }

    private long cost(CelExpr expression) {
        return switch (expression.getKind()) {
            case IDENT -> ident(expression);
            case SELECT -> select(expression);
            case CALL -> call(expression);
            case LIST -> list(expression);
            case MAP -> map(expression);
            case STRUCT -> expression.struct().entries().stream().mapToLong(entry -> cost(entry.value())).reduce(STRUCT_COST, Size::add);
            case COMPREHENSION -> isBinding(expression.comprehension()) ? binding(expression) : comprehension(expression);
            default -> 0;
        };
    }

    private long ident(CelExpr expression) {
        Local local = local(expression.ident().name());
        SchemaSizes known = local == null ? root : local.declared();
        if (known != null) {
            declared.put(expression.id(), known);
        }
        return 1;
    }

    private long select(CelExpr expression) {
        CelExpr operand = expression.select().operand();
        long cost = cost(operand);
        if (expression.select().testOnly()) {
            return cost;
        }
        SchemaSizes above = declared(operand);
        SchemaSizes field = above == null ? null : above.field(expression.select().field());
        if (field != null) {
            declared.put(expression.id(), field);
        }
        CelKind kind = type(operand).kind();
        return kind == CelKind.MAP || kind == CelKind.STRUCT || kind == CelKind.TYPE_PARAM ? add(cost, 1) : cost;
    }

    private long list(CelExpr expression) {
        long cost = LIST_COST;
        Size items = expression.list().elements().isEmpty() ? Size.of(0) : new Size(Size.ENDLESS, 0);
        for (CelExpr element : expression.list().elements()) {
            cost = add(cost, cost(element));
            items = items.or(sizeOrUnknown(element));
        }
        entries.put(expression.id(), new Entries(true, Size.of(1), items));
        return cost;
    }

    private long map(CelExpr expression) {
        long cost = MAP_COST;
        boolean empty = expression.map().entries().isEmpty();
        Size keys = empty ? Size.of(0) : new Size(Size.ENDLESS, 0);
        Size values = keys;
        for (CelExpr.CelMap.Entry entry : expression.map().entries()) {
            cost = add(cost, add(cost(entry.key()), cost(entry.value())));
            keys = keys.or(sizeOrUnknown(entry.key()));
            values = values.or(sizeOrUnknown(entry.value()));
        }
        entries.put(expression.id(), new Entries(false, keys, values));
        return cost;
    }

    private long call(CelExpr expression) {
        CelExpr.CelCall call = expression.call();
        if (call.function().equals("dyn")) {
            CelExpr only = call.args().getFirst();
            long cost = cost(only);
            copySizes(expression, only);
            return add(cost, 1);
        }
        long[] costs = call.args().stream().mapToLong(this::cost).toArray();
        ImmutableList<String> overloads = tree.getReference(expression.id()).map(reference -> reference.overloadIds()).orElse(ImmutableList.of());
        if (overloads.isEmpty()) {
            return 0;
        }
        long target = call.target().map(this::cost).orElse(0L);
        CallCosts calls = new CallCosts(this, call, costs);
        long most = 0;
        Size result = null;
        for (String overload : overloads) {
            CallCosts.Estimate estimate = calls.of(overload);
            most = Math.max(most, estimate.cost());
            result = estimate.result() == null ? result : result == null ? estimate.result() : result.or(estimate.result());
            result = indexed(expression, overload, result);
        }
        Entries both = calls.entries(overloads);
        if (both != null) {
            entries.put(expression.id(), both);
        }
        if (result != null) {
            sizes.put(expression.id(), result);
        }
        return add(target, most);
    }

    private @Nullable Size indexed(CelExpr expression, String overload, @Nullable Size result) {
        if (overload.equals("index_list") || overload.equals("index_map")) {
            CelExpr container = expression.call().args().getFirst();
            SchemaSizes above = declared(container);
            if (above != null && above.element() != null) {
                declared.put(expression.id(), above.element());
            }
            Entries inside = entries(container);
            result = inside == null ? null : inside.value();
        }
        return result == null ? size(expression) : result;
    }

    private long comprehension(CelExpr expression) {
        CelComprehension loop = expression.comprehension();
        long cost = add(cost(loop.iterRange()), cost(loop.accuInit()));
        push(loop.accuVar(), new Local(declared(loop.accuInit()), size(loop.accuInit()), entries(loop.accuInit())));
        boolean two = !loop.iterVar2().isEmpty();
        push(loop.iterVar(), iterated(loop.iterRange(), two));
        if (two) {
            push(loop.iterVar2(), iterated(loop.iterRange(), false, true));
        }
        long step = add(cost(loop.loopCondition()), cost(loop.loopStep()));
        locals.get(loop.iterVar()).pop();
        if (two) {
            locals.get(loop.iterVar2()).pop();
        }
        cost = add(cost, cost(loop.result()));
        locals.get(loop.accuVar()).pop();
        Size rounds = sizeOrUnknown(loop.iterRange());
        keepResult(expression, loop, rounds);
        return add(cost, Size.multiply(rounds.max(), step));
    }

    private void keepResult(CelExpr expression, CelComprehension loop, Size rounds) {
        switch (loop.accuInit().getKind()) {
            case CONSTANT -> put(expression, size(loop.accuInit()));
            case LIST, MAP -> {
                sizes.put(expression.id(), rounds);
                Entries made = entries(loop.loopStep());
                if (made != null) {
                    entries.put(expression.id(), made);
                }
            }
            default -> { }
        }
    }

    /// Returns the variable that iterates over a list's elements or a map's keys; with two variables the first is the index or the key.
    private Local iterated(CelExpr range, boolean index) {
        return iterated(range, index, false);
    }

    private Local iterated(CelExpr range, boolean index, boolean value) {
        Entries inside = entries(range);
        boolean list = inside == null ? type(range).kind() == CelKind.LIST : inside.list();
        SchemaSizes above = declared(range);
        boolean element = value || list && !index;
        SchemaSizes known = above == null || list && index ? null : element ? above.element() : above.key();
        return new Local(known, inside == null ? null : element ? inside.value() : inside.key(), null);
    }

    private static boolean isBinding(CelComprehension loop) {
        CelExpr condition = loop.loopCondition();
        return loop.iterRange().getKind() == Kind.LIST && loop.iterRange().list().elements().isEmpty() && condition.getKind() == Kind.CONSTANT
                && condition.constant().getKind() == CelConstant.Kind.BOOLEAN_VALUE && !condition.constant().booleanValue()
                && !List.of(ACCUMULATOR, HIDDEN_ACCUMULATOR).contains(loop.accuVar());
    }

    private long binding(CelExpr expression) {
        CelComprehension bound = expression.comprehension();
        long cost = add(cost(bound.iterRange()), cost(bound.accuInit()));
        push(bound.accuVar(), new Local(declared(bound.accuInit()), size(bound.accuInit()), entries(bound.accuInit())));
        cost = add(cost, cost(bound.result()));
        locals.get(bound.accuVar()).pop();
        copySizes(expression, bound.result());
        return cost;
    }

    private void push(String name, Local local) {
        locals.computeIfAbsent(name, ignored -> new ArrayDeque<>()).push(local);
    }

    private @Nullable Local local(String name) {
        Deque<Local> scopes = locals.get(name);
        return scopes == null ? null : scopes.peek();
    }

    private void copySizes(CelExpr to, CelExpr from) {
        put(to, size(from));
        Entries inside = entries(from);
        if (inside != null) {
            entries.put(to.id(), inside);
        }
    }

    private void put(CelExpr expression, @Nullable Size size) {
        if (size != null) {
            sizes.put(expression.id(), size);
        }
    }

    CelType type(CelExpr expression) {
        return tree.getType(expression.id()).orElse(SimpleType.DYN);
    }

    @Nullable SchemaSizes declared(CelExpr expression) {
        Local local = expression.getKind() == Kind.IDENT ? local(expression.ident().name()) : null;
        return local == null ? declared.get(expression.id()) : local.declared();
    }

    @Nullable Entries entries(CelExpr expression) {
        Entries known = entries.get(expression.id());
        Local local = known == null && expression.getKind() == Kind.IDENT ? local(expression.ident().name()) : null;
        return local == null ? known : local.entries();
    }

    Size sizeOrUnknown(CelExpr expression) {
        Size size = size(expression);
        return size == null ? Size.UNKNOWN : size;
    }

    private @Nullable Size size(CelExpr expression) {
        Size known = sizes.get(expression.id());
        if (known == null) {
            known = written(expression);
        }
        SchemaSizes described = known == null ? declared(expression) : null;
        if (described != null) {
            known = described.size();
            sizes.put(expression.id(), known);
        }
        if (known == null && isScalar(type(expression))) {
            known = Size.of(1);
        }
        Local local = known == null && expression.getKind() == Kind.IDENT ? local(expression.ident().name()) : null;
        return local == null ? known : local.size();
    }

    private static @Nullable Size written(CelExpr expression) {
        return switch (expression.getKind()) {
            case CONSTANT -> switch (expression.constant().getKind()) {
                case STRING_VALUE -> Size.of(expression.constant().stringValue().codePointCount(0, expression.constant().stringValue().length()));
                case BYTES_VALUE -> Size.of(expression.constant().bytesValue().size());
                case NOT_SET -> null;
                default -> Size.of(1);
            };
            case LIST -> Size.of(expression.list().elements().size());
            case MAP -> Size.of(expression.map().entries().size());
            default -> null;
        };
    }

    private static boolean isScalar(CelType type) {
        return switch (type.kind()) {
            case BOOL, DOUBLE, DURATION, INT, TIMESTAMP, UINT -> true;
            case OPAQUE -> type.name().equals("optional_type") && isScalar(type.parameters().getFirst());
            default -> false;
        };
    }
}
