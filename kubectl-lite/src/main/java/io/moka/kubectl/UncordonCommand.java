package io.moka.kubectl;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `uncordon`: the node's pods stay as they are.
@Command(name = "uncordon", mixinStandardHelpOptions = true, description = "Let new pods onto nodes.")
final class UncordonCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Parameters(paramLabel = "NODE", arity = "1..*")
    private List<String> nodes = List.of();

    @Override
    public Integer call() {
        for (var node : nodes) {
            CordonCommand.setUnschedulable(connection, node.startsWith("node/") ? node.substring(5) : node, false);
        }
        return 0;
    }
}
