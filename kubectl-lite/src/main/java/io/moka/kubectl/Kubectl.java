package io.moka.kubectl;

import io.moka.machinery.client.ApiException;
import io.moka.machinery.process.Logging;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/// The command line.
@Command(name = "kubectl-lite", mixinStandardHelpOptions = true, version = "kubectl-lite 0.1.0", description = "A small kubectl.")
public final class Kubectl {

    /// The commands, in the order of the help.
    static final List<String> COMMANDS = List.of("get", "describe", "apply", "create", "delete", "logs", "exec", "attach", "cp", "port-forward", "run", "scale", "set", "rollout", "wait", "patch",
            "edit", "diff", "label", "annotate", "cordon", "uncordon", "drain", "top", "why", "path", "auth", "explain", "api-resources", "config", "completion",
            "version");
    private static final Set<String> FLAGS_WITH_VALUES = Set.of("--kubeconfig", "--context", "-n", "--namespace", "-v", "--v");

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

    /// The commands and their flags: the one command that the arguments name, if they do, else all. Picocli reads the flags of each command by reflection, which
    /// for all of them takes longer than most commands themselves.
    static CommandLine commandLine(String... args) {
        var line = new CommandLine(new Kubectl());
        var word = command(args);
        // a completion is for all commands
        var wanted = word == null || classOf(word) == null || word.equals("completion") ? COMMANDS : List.of(word);
        wanted.forEach(name -> line.addSubcommand(classOf(name)));
        return line.setCaseInsensitiveEnumValuesAllowed(true);
    }

    /// The first word that is neither a flag nor a flag's value.
    private static @Nullable String command(String... args) {
        for (int i = 0; i < args.length; i++) {
            if (!args[i].startsWith("-")) {
                return args[i];
            }
            if (FLAGS_WITH_VALUES.contains(args[i])) {
                i++;
            }
        }
        return null;
    }

    /// The class of a command. It is loaded here, and not before.
    private static @Nullable Class<?> classOf(String command) {
        return switch (command) {
            case "get" -> GetCommand.class;
            case "describe" -> DescribeCommand.class;
            case "apply" -> ApplyCommand.class;
            case "create" -> CreateCommand.class;
            case "delete" -> DeleteCommand.class;
            case "logs" -> LogsCommand.class;
            case "exec" -> ExecCommand.class;
            case "attach" -> AttachCommand.class;
            case "cp" -> CopyCommand.class;
            case "port-forward" -> PortForwardCommand.class;
            case "run" -> RunCommand.class;
            case "scale" -> ScaleCommand.class;
            case "set" -> SetCommand.class;
            case "rollout" -> RolloutCommand.class;
            case "wait" -> WaitCommand.class;
            case "patch" -> PatchCommand.class;
            case "edit" -> EditCommand.class;
            case "diff" -> DiffCommand.class;
            case "label" -> LabelCommand.class;
            case "annotate" -> AnnotateCommand.class;
            case "cordon" -> CordonCommand.class;
            case "uncordon" -> UncordonCommand.class;
            case "drain" -> DrainCommand.class;
            case "top" -> TopCommand.class;
            case "why" -> WhyCommand.class;
            case "path" -> PathCommand.class;
            case "auth" -> AuthCommand.class;
            case "explain" -> ExplainCommand.class;
            case "api-resources" -> ApiResourcesCommand.class;
            case "config" -> ConfigCommand.class;
            case "completion" -> CompletionCommand.class;
            case "version" -> VersionCommand.class;
            default -> null;
        };
    }

    public static void main(String[] args) {
        Logging.configure(false);
        var line = commandLine(args);
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
