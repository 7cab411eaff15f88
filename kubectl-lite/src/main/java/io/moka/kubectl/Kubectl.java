package io.moka.kubectl;

import io.moka.machinery.client.ApiException;
import io.moka.machinery.process.Logging;
import java.io.UncheckedIOException;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/// The command line.
@Command(name = "kubectl-lite", mixinStandardHelpOptions = true, version = "kubectl-lite 0.1.0", description = "A small kubectl.",
        subcommands = {GetCommand.class, DescribeCommand.class, ApplyCommand.class, CreateCommand.class, DeleteCommand.class, LogsCommand.class,
            ExecCommand.class, ScaleCommand.class, RolloutCommand.class, LabelCommand.class, AnnotateCommand.class, CordonCommand.class,
            UncordonCommand.class, ApiResourcesCommand.class, ConfigCommand.class, VersionCommand.class})
public final class Kubectl {

    private Kubectl() {
    }

    public static void main(String[] args) {
        Logging.configure(false);
        boolean verbose = Arrays.asList(args).contains("--verbose");
        var line = new CommandLine(new Kubectl());
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (verbose) {
                failure.printStackTrace(command.getErr());
            } else {
                command.getErr().println(explain(failure));
            }
            return 1;
        });
        line.setParameterExceptionHandler((failure, words) -> misused(failure));
        line.setExecutionStrategy(Kubectl::runAndDisconnect);
        int status = line.execute(args);
        System.out.flush();
        Runtime.getRuntime().halt(status);
    }

    private static int misused(CommandLine.ParameterException failure) {
        var command = failure.getCommandLine();
        command.getErr().println("error: " + failure.getMessage().lines().findFirst().orElse("") + "; see: " + command.getCommandSpec().qualifiedName() + " --help");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    /// A virtual machine waits 0.3 s at its end for a thread that still listens to a connection, so none is left open.
    private static int runAndDisconnect(ParseResult parsed) {
        try {
            return new CommandLine.RunLast().execute(parsed);
        } finally {
            for (var command = parsed; command != null; command = command.subcommand()) {
                command.commandSpec().mixins().values().forEach(mixin -> {
                    if (mixin.userObject() instanceof Connection connection) {
                        connection.close();
                    }
                });
            }
        }
    }

    static String explain(Exception failure) {
        return switch (failure) {
            case ApiException refused when refused.reason().isEmpty() -> "Error from server: " + refused.getMessage();
            case ApiException refused -> "Error from server (" + refused.reason() + "): " + refused.getMessage();
            case UncheckedIOException unreachable -> "error: cannot reach the server: " + unreachable.getMessage() + " (is the cluster up? bin/moka status)";
            default -> "error: " + (failure.getMessage() == null ? failure.toString() : failure.getMessage());
        };
    }
}
