package io.moka.kubectl;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `completion`: a script that completes commands and flags.
@Command(name = "completion", mixinStandardHelpOptions = true, description = "Print a script that completes commands and flags: source <(kubectl-lite completion bash)")
final class CompletionCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    private String shell = "";

    @Override
    public Integer call() {
        if (!shell.equals("bash") && !shell.equals("zsh")) {
            throw new UsageException("Unsupported shell type \"" + shell + "\".");
        }
        var root = Objects.requireNonNull(spec).root();
        System.out.print(AutoComplete.bash(root.name(), root.commandLine()));
        return 0;
    }
}
