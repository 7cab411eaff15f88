package io.moka.kubectl;

import io.moka.machinery.client.PatchType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `cordon`: the node's pods stay as they are.
@Command(name = "cordon", mixinStandardHelpOptions = true, description = "Keep new pods away from nodes.")
final class CordonCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Parameters(paramLabel = "NODE", arity = "1..*")
    private List<String> nodes = List.of();

    @Override
    public Integer call() {
        for (var node : nodes) {
            setUnschedulable(connection, node.startsWith("node/") ? node.substring(5) : node, true);
        }
        return 0;
    }

    static void setUnschedulable(Connection connection, String name, boolean unschedulable) {
        var path = Kind.named(connection, "nodes").path("", name);
        boolean already = connection.get(path).path("spec").path("unschedulable").asBoolean() == unschedulable;
        if (!already) {
            connection.patch(path, PatchType.MERGE, Map.of("spec", Map.of("unschedulable", unschedulable)));
        }
        System.out.println("node/" + name + (already ? " already " : " ") + (unschedulable ? "cordoned" : "uncordoned"));
    }
}
