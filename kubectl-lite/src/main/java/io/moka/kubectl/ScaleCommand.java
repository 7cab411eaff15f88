package io.moka.kubectl;

import io.moka.machinery.client.PatchType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `scale`: sets the number of replicas.
@Command(name = "scale", mixinStandardHelpOptions = true, description = "Set the number of replicas.")
final class ScaleCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Parameters(paramLabel = "TYPE/NAME", arity = "1..*")
    private List<String> arguments = List.of();

    @Option(names = "--replicas", paramLabel = "N", required = true)
    private int replicas;

    @Override
    public Integer call() {
        for (var target : Target.parse(connection, arguments)) {
            connection.patch(target.path(connection) + "/scale", PatchType.MERGE, Map.of("spec", Map.of("replicas", replicas)));
            System.out.println(target + " scaled");
        }
        return 0;
    }
}
