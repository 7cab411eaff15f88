package io.moka.kubectl;

import io.moka.machinery.client.ApiException;
import io.moka.machinery.process.Logging;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/// The command line.
@Command(name = "kubectl-lite", mixinStandardHelpOptions = true, version = "kubectl-lite 0.1.0", description = "A small kubectl.",
        subcommands = {GetCommand.class, DescribeCommand.class, ApplyCommand.class, CreateCommand.class, DeleteCommand.class, LogsCommand.class,
            ExecCommand.class, AttachCommand.class, CopyCommand.class, PortForwardCommand.class, RunCommand.class, ScaleCommand.class, SetCommand.class,
            RolloutCommand.class, WaitCommand.class, PatchCommand.class, EditCommand.class, DiffCommand.class, LabelCommand.class, AnnotateCommand.class,
            CordonCommand.class, UncordonCommand.class, DrainCommand.class, TopCommand.class, WhyCommand.class, PathCommand.class, AuthCommand.class, ExplainCommand.class, ApiResourcesCommand.class,
            ConfigCommand.class, CompletionCommand.class, VersionCommand.class})
public final class Kubectl {

    /// From this level on each request is logged.
    private static final int REQUESTS = 6;

    @Option(names = "--kubeconfig", paramLabel = "FILE", scope = ScopeType.INHERIT,
            description = "Default: the first file of KUBECONFIG, or ~/.kube/config, or the cluster moka's own.")
    @Nullable Path kubeconfig;

    @Option(names = "--context", paramLabel = "NAME", scope = ScopeType.INHERIT, description = "Which of the kubeconfig's contexts to use.")
    @Nullable String context;

    @Option(names = {"-n", "--namespace"}, paramLabel = "NAME", scope = ScopeType.INHERIT, description = "Default: the context's.")
    @Nullable String namespace;

    @Option(names = {"-v", "--v"}, paramLabel = "LEVEL", scope = ScopeType.INHERIT, description = "Show stack traces from 1 on, and requests from 6 on.")
    private int level;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show stack traces.")
    private boolean verbose;

    private Kubectl() {
    }

    /// The commands and their flags.
    static CommandLine commandLine() {
        return new CommandLine(new Kubectl()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    public static void main(String[] args) {
        Logging.configure(false);
        var line = commandLine();
        Kubectl flags = line.getCommand();
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (flags.verbose || flags.level > 0) {
                failure.printStackTrace(command.getErr());
            } else {
                var message = explain(failure);
                if (!message.isEmpty()) {
                    command.getErr().println(message);
                }
            }
            return failure instanceof SilentExit exit ? exit.status() : 1;
        });
        line.setParameterExceptionHandler((failure, words) -> misused(failure));
        line.setExecutionStrategy(parsed -> {
            if (flags.level >= REQUESTS) {
                System.setProperty("jdk.httpclient.HttpClient.log", "requests,headers");
            }
            return runAndDisconnect(parsed);
        });
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
            case SilentExit exit -> "";
            default -> "error: " + (failure.getMessage() == null ? failure.toString() : failure.getMessage());
        };
    }
}
