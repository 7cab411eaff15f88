package io.moka.cluster;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The command `moka logs COMPONENT`: shows the log of a component.
@Command(name = "logs", mixinStandardHelpOptions = true, description = "Show what a process has written.")
final class LogsCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "COMPONENT", description = "etcd, apiserver, controllers, scheduler, kubelet, proxy or hollow.")
    private String component = "";

    @Option(names = {"-f", "--follow"}, description = "Go on as more is written.")
    private boolean follow;

    @Option(names = "--tail", paramLabel = "LINES", defaultValue = "200", description = "How many lines to begin with (${DEFAULT-VALUE}).")
    private int tail;

    @Override
    public Integer call() throws Exception {
        var layout = cluster.layout();
        var settings = Settings.require(layout);
        var known = Arrays.stream(Component.values()).map(settings::instance).toList();
        var log = layout.log(known.stream().filter(instance -> instance.id().equals(component)).findFirst().orElseThrow(() ->
                new ClusterException("no component \"" + component + "\"; there are: " + known.stream().map(Instance::id).collect(Collectors.joining(", ")))));
        if (!Files.exists(log)) {
            throw new ClusterException(component + " has written nothing yet");
        }
        var command = new ArrayList<>(List.of("tail", "-n", Integer.toString(tail)));
        if (follow) {
            command.add("-F");
        }
        command.add(log.toString());
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
