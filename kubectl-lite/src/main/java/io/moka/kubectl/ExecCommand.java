package io.moka.kubectl;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
        boolean raw = tty && stdin && System.console() != null;
        try {
            if (raw) {
                terminal("raw", "-echo");
            }
            return new RemoteCommand(connection.client(), path, query()).run(stdin ? System.in : null);
        } finally {
            if (raw) {
                terminal("sane");
            }
        }
    }

    private String query() {
        var query = new ArrayList<String>();
        command.forEach(word -> query.add("command=" + URLEncoder.encode(word, StandardCharsets.UTF_8)));
        if (container != null) {
            query.add("container=" + URLEncoder.encode(container, StandardCharsets.UTF_8));
        }
        query.add("stdin=" + stdin);
        query.add("stdout=true");
        query.add("stderr=" + !tty);
        query.add("tty=" + tty);
        return "?" + String.join("&", query);
    }

    private static void terminal(String... modes) throws IOException, InterruptedException {
        var stty = new ArrayList<>(List.of("stty"));
        stty.addAll(List.of(modes));
        new ProcessBuilder(stty).inheritIO().start().waitFor();
    }
}
