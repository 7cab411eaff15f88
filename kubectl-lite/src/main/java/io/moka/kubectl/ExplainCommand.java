package io.moka.kubectl;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `explain`: what a kind and its fields mean, as the server's OpenAPI v3 document says.
@Command(name = "explain", mixinStandardHelpOptions = true, description = "Show what a kind and its fields mean: explain pod.spec.containers")
final class ExplainCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Parameters(paramLabel = "TYPE[.FIELD...]")
    private String path = "";

    @Option(names = "--recursive", description = "Show the fields of fields too, without their descriptions.")
    private boolean recursive;

    @Option(names = "--api-version", paramLabel = "GROUP/VERSION", description = "Of this version.")
    private @Nullable String apiVersion;

    @Override
    public Integer call() {
        var parts = Arrays.asList(path.split("\\."));
        var kind = Kind.named(connection, parts.getFirst());
        var version = apiVersion == null ? kind.type().apiVersion() : apiVersion;
        var document = connection.get("/openapi/v3/" + (version.contains("/") ? "apis/" : "api/") + version);
        List<String> fields = parts.subList(1, parts.size());
        System.out.print(new Explanation(document, version, kind.type().kind(), recursive).of(fields));
        return 0;
    }
}
