package io.moka.apiserver.extension.cel;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Declares CEL functions and binds them to code. A function that cannot compute a value throws [IllegalArgumentException].
final class FunctionSet {
    private final Map<String, List<CelOverloadDecl>> overloads = new LinkedHashMap<>();
    private final List<CelFunctionBinding> bindings = new ArrayList<>();

    /// The implementation of a function.
    interface Body {
        Object apply(Object[] arguments);
    }

    /// Adds a function called as `name(a, b)`.
    void global(String name, String id, CelType result, List<CelType> parameters, List<Class<?>> classes, Body body) {
        overloads.computeIfAbsent(name, ignored -> new ArrayList<>()).add(CelOverloadDecl.newGlobalOverload(id, result, parameters));
        bind(id, classes, body);
    }

    /// Adds a function called as `a.name(b)`; the receiver is the first parameter.
    void member(String name, String id, CelType result, List<CelType> parameters, List<Class<?>> classes, Body body) {
        overloads.computeIfAbsent(name, ignored -> new ArrayList<>()).add(CelOverloadDecl.newMemberOverload(id, result, parameters));
        bind(id, classes, body);
    }

    private void bind(String id, List<Class<?>> classes, Body body) {
        bindings.add(CelFunctionBinding.from(id, classes, arguments -> {
            try {
                return body.apply(arguments);
            } catch (IllegalArgumentException | ArithmeticException refused) {
                throw new CelEvaluationException(String.valueOf(refused.getMessage()), refused);
            }
        }));
    }

    List<CelFunctionDecl> declarations() {
        return overloads.entrySet().stream().map(entry -> CelFunctionDecl.newFunctionDeclaration(entry.getKey(), entry.getValue())).toList();
    }

    List<CelFunctionBinding> bindings() {
        return bindings;
    }
}
