package io.moka.kubectl;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `label`: sets and removes labels.
@Command(name = "label", mixinStandardHelpOptions = true, description = "Set (key=value) or remove (key-) labels.")
final class LabelCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Parameters(paramLabel = "TYPE NAME KEY=VALUE", arity = "2..*")
    private List<String> arguments = List.of();

    @Option(names = "--overwrite", description = "Replace values that are there.")
    private boolean overwrite;

    @Override
    public Integer call() {
        new MetadataChange(connection, "labels", overwrite).run(arguments, "labeled", "unlabeled");
        return 0;
    }
}
