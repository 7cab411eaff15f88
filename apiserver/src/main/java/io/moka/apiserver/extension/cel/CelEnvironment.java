package io.moka.apiserver.extension.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.StructType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.extensions.CelListsExtensions;
import dev.cel.extensions.CelStringExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Compiles expressions over a set of variables. Safe for all threads.
///
/// Values of variables are JSON converted by [CelValues]. Objects of a declared type are maps by their fields' names.
public final class CelEnvironment {
    private static final Set<CelListsExtensions.Function> LISTS = EnumSet.complementOf(EnumSet.of(CelListsExtensions.Function.RANGE));
    private static final Set<CelStringExtensions.Function> STRINGS =
            EnumSet.complementOf(EnumSet.of(CelStringExtensions.Function.JOIN, CelStringExtensions.Function.REPLACE));
    private static final CelOptions OPTIONS = CelOptions.current().enableHeterogeneousNumericComparisons(true).enableOptionalSyntax(true).populateMacroCalls(true).build();

    private final CelCompiler compiler;

    /// A variable and its type; `SimpleType.DYN` for JSON of any shape.
    public record Variable(String name, CelType type) {}

    /// The outcome of a compilation.
    public sealed interface Compilation {
        record Compiled(CelExpression expression) implements Compilation {}

        /// @param reason the kind of error
        /// @param message begins with `ERROR: <input>:1:5: ...` when the compiler found the error
        record Failed(Reason reason, String message) implements Compilation {
            Failed(String message) {
                this(Reason.MALFORMED, message);
            }
        }

        /// The text is no valid expression, or has another type than required.
        enum Reason { MALFORMED, WRONG_TYPE }
    }

    /// The runtime that all environments share, created with the first program.
    private static final class Shared {
        static final CelRuntime RUNTIME = CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS)
                .addLibraries(CelExtensions.optional(), CelExtensions.strings(STRINGS), CelExtensions.sets(OPTIONS),
                        CelExtensions.comprehensions(), CelExtensions.lists(LISTS), new KubernetesLibrary())
                .build();
    }

    /// @param types the types that the variables' types consist of, by name
    public CelEnvironment(List<Variable> variables, Map<String, StructType> types) {
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder().setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS).setTypeProvider(new DeclaredTypes(types))
                .addLibraries(CelExtensions.optional(), CelExtensions.strings(STRINGS), CelExtensions.sets(OPTIONS), CelExtensions.comprehensions(),
                        CelExtensions.bindings(), CelExtensions.lists(LISTS), new KubernetesLibrary());
        variables.forEach(variable -> builder.addVar(variable.name(), variable.type()));
        compiler = builder.build();
    }

    private record DeclaredTypes(Map<String, StructType> byName) implements CelTypeProvider {
        @Override
        public ImmutableCollection<CelType> types() {
            return ImmutableList.copyOf(byName.values());
        }

        @Override
        public Optional<CelType> findType(String name) {
            return Optional.ofNullable(byName.get(name));
        }
    }

    /// @param result the required kind of value (`CelKind.BOOL`, `CelKind.STRING`, ...); `CelKind.DYN` for any
    public Compilation compile(String expression, CelKind result) {
        Compilation any = compile(expression);
        if (any instanceof Compilation.Compiled(CelExpression compiled)) {
            CelKind actual = compiled.type().kind();
            if (result != CelKind.DYN && actual != result && actual != CelKind.DYN) {
                return new Compilation.Failed(Compilation.Reason.WRONG_TYPE, "must evaluate to " + (result == CelKind.BOOL ? "a bool" : result.name().toLowerCase(java.util.Locale.ROOT)));
            }
        }
        return any;
    }

    /// Compiles an expression of any kind.
    public Compilation compile(String expression) {
        return program(expression, compiler.compile(expression));
    }

    /// Compiles a mutation, which may contain objects (`Object{...}`) and patches (`JSONPatch{...}`).
    public Compilation compileMutation(String expression) {
        CelValidationResult parsed = compiler.parse(expression);
        if (parsed.hasError()) {
            return new Compilation.Failed(parsed.getErrorString());
        }
        try {
            ObjectInitializers.Result rewritten = ObjectInitializers.rewrite(parsed.getAst());
            return rewritten.problem() != null ? new Compilation.Failed(rewritten.problem()) : program(expression, compiler.check(rewritten.tree()));
        } catch (CelValidationException malformed) {
            return new Compilation.Failed(String.valueOf(malformed.getMessage()));
        }
    }

    private static Compilation program(String expression, CelValidationResult checked) {
        if (checked.hasError()) {
            return new Compilation.Failed(checked.getErrorString());
        }
        try {
            CelAbstractSyntaxTree tree = checked.getAst();
            return new Compilation.Compiled(new CelExpression(expression, tree, Shared.RUNTIME.createProgram(tree)));
        } catch (CelValidationException | CelEvaluationException malformed) {
            return new Compilation.Failed(String.valueOf(malformed.getMessage()));
        }
    }
}
