package io.moka.apiserver.extension.cel;

import dev.cel.checker.CelCheckerBuilder;
import dev.cel.compiler.CelCompilerLibrary;
import dev.cel.runtime.CelRuntimeBuilder;
import dev.cel.runtime.CelRuntimeLibrary;

/// The functions that Kubernetes adds to CEL.
final class KubernetesLibrary implements CelCompilerLibrary, CelRuntimeLibrary {
    private final FunctionSet functions = new FunctionSet();

    KubernetesLibrary() {
        ListFunctions.add(functions);
        TextFunctions.add(functions);
        RegexFunctions.add(functions);
        UrlFunctions.add(functions);
        NetworkFunctions.add(functions);
        QuantityFunctions.add(functions);
        FormatFunctions.add(functions);
        VersionFunctions.add(functions);
        AuthorizerFunctions.add(functions);
        ObjectFunctions.add(functions);
    }

    @Override
    public void setCheckerOptions(CelCheckerBuilder checker) {
        checker.addFunctionDeclarations(functions.declarations());
    }

    @Override
    public void setRuntimeOptions(CelRuntimeBuilder runtime) {
        runtime.addFunctionBindings(functions.bindings());
    }
}
