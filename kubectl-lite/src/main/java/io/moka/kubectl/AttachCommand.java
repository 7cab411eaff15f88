package io.moka.kubectl;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `attach`: the streams of a container that runs already.
@Command(name = "attach", mixinStandardHelpOptions = true, description = "Attach to a container that runs.")
final class AttachCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Parameters(paramLabel = "POD")
    private String pod = "";

    @Option(names = {"-c", "--container"}, paramLabel = "NAME", description = "Which container.")
    private @Nullable String container;

    @Option(names = {"-i", "--stdin"}, description = "Pass standard input on.")
    private boolean stdin;

    @Option(names = {"-t", "--tty"}, description = "The container has a terminal.")
    private boolean tty;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return attach(connection, Target.podPath(connection, pod), container, stdin, tty);
    }

    static int attach(Connection connection, String podPath, @Nullable String container, boolean stdin, boolean tty) throws IOException, InterruptedException {
        if (stdin) {
            System.err.println("If you don't see a command prompt, try pressing enter.");
        }
        return new RemoteCommand(connection.client(), podPath + "/attach", RemoteCommand.query(List.of(), container, stdin, tty)).runInteractively(stdin, tty);
    }
}
