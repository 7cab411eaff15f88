package io.moka.kubectl;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `exec`: runs a command in a container; its exit status becomes ours.
@Command(name = "exec", mixinStandardHelpOptions = true, description = "Run a command in a container.")
final class ExecCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "POD")
    private String pod = "";

    @Parameters(index = "1..*", paramLabel = "COMMAND", arity = "1..*", description = "After --.")
    private List<String> command = List.of();

    @Option(names = {"-c", "--container"}, paramLabel = "NAME", description = "Which container.")
    private @Nullable String container;

    @Option(names = {"-i", "--stdin"}, description = "Pass standard input on.")
    private boolean stdin;

    @Option(names = {"-t", "--tty"}, description = "Give the command a terminal.")
    private boolean tty;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var path = Target.podPath(connection, pod) + "/exec";
        return new RemoteCommand(connection.client(), path, RemoteCommand.query(command, container, stdin, tty)).runInteractively(stdin, tty);
    }
}
