package io.moka.kubectl;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `annotate`: sets and removes annotations.
@Command(name = "annotate", mixinStandardHelpOptions = true, description = "Set (key=value) or remove (key-) annotations.")
final class AnnotateCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Parameters(paramLabel = "TYPE NAME KEY=VALUE", arity = "2..*")
    private List<String> arguments = List.of();

    @Option(names = "--overwrite", description = "Replace values that are there.")
    private boolean overwrite;

    @Override
    public Integer call() {
        new MetadataChange(connection, "annotations", overwrite).run(arguments, "annotated", "annotated");
        return 0;
    }
}
