package io.moka.apiserver.extension.cel;

import com.google.common.collect.ImmutableList;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Rewrites `Object.x{...}` and `JSONPatch{...}`, whose fields have no declared types, as calls with maps. Used for one tree.
final class ObjectInitializers {
    private static final Set<String> PATCH_FIELDS = Set.of("op", "path", "from", "value");

    /// The next expression id, above those that the parser assigns.
    private long nextId = 1L << 32;
    private @Nullable String problem;

    private ObjectInitializers() {}

    /// The rewritten tree; `problem` is null when there is none.
    record Result(CelAbstractSyntaxTree tree, @Nullable String problem) {}

    static Result rewrite(CelAbstractSyntaxTree parsed) {
        ObjectInitializers run = new ObjectInitializers();
        CelExpr expression = run.rewrite(parsed.getExpr());
        return new Result(CelAbstractSyntaxTree.newParsedAst(expression, parsed.getSource()), run.problem);
    }

    private CelExpr rewrite(CelExpr expr) {
        return switch (expr.exprKind().getKind()) {
            case NOT_SET, CONSTANT, IDENT -> expr;
            case SELECT -> CelExpr.ofSelect(expr.id(), rewrite(expr.select().operand()), expr.select().field(), expr.select().testOnly());
            case CALL -> CelExpr.ofCall(expr.id(), expr.call().target().map(this::rewrite), expr.call().function(), all(expr.call().args()));
            case LIST -> CelExpr.ofList(expr.id(), all(expr.list().elements()), expr.list().optionalIndices());
            case STRUCT -> initializer(expr.id(), expr.struct());
            case MAP -> CelExpr.ofMap(expr.id(), expr.map().entries().stream()
                    .map(entry -> CelExpr.ofMapEntry(entry.id(), rewrite(entry.key()), rewrite(entry.value()), entry.optionalEntry())).collect(ImmutableList.toImmutableList()));
            case COMPREHENSION -> {
                CelExpr.CelComprehension loop = expr.comprehension();
                yield CelExpr.ofComprehension(expr.id(), loop.iterVar(), loop.iterVar2(), rewrite(loop.iterRange()), loop.accuVar(),
                        rewrite(loop.accuInit()), rewrite(loop.loopCondition()), rewrite(loop.loopStep()), rewrite(loop.result()));
            }
        };
    }

    private ImmutableList<CelExpr> all(List<CelExpr> expressions) {
        return expressions.stream().map(this::rewrite).collect(ImmutableList.toImmutableList());
    }

    private CelExpr initializer(long id, CelExpr.CelStruct struct) {
        String name = struct.messageName();
        boolean patch = name.equals("JSONPatch");
        if (!patch && !name.equals("Object") && !name.startsWith("Object.")) {
            problem = "ERROR: <input>:1:1: undeclared reference to '" + name + "' (in container '')";
        }
        ImmutableList.Builder<CelExpr.CelMap.Entry> entries = ImmutableList.builder();
        for (CelExpr.CelStruct.Entry entry : struct.entries()) {
            if (patch && !PATCH_FIELDS.contains(entry.fieldKey())) {
                problem = "ERROR: <input>:1:1: undefined field '" + entry.fieldKey() + "'";
            }
            entries.add(CelExpr.ofMapEntry(entry.id(), text(entry.fieldKey()), rewrite(entry.value()), entry.optionalEntry()));
        }
        CelExpr fields = CelExpr.ofMap(nextId++, entries.build());
        return patch
                ? CelExpr.ofCall(id, Optional.empty(), ObjectFunctions.JSON_PATCH, ImmutableList.of(fields))
                : CelExpr.ofCall(id, Optional.empty(), ObjectFunctions.OBJECT, ImmutableList.of(text(name), fields));
    }

    private CelExpr text(String value) {
        return CelExpr.ofConstant(nextId++, CelConstant.ofValue(value));
    }
}
