package io.moka.kubectl;

import io.moka.machinery.client.Discovery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `api-resources`: what the server serves.
@Command(name = "api-resources", mixinStandardHelpOptions = true, description = "Show the kinds that the server serves.")
final class ApiResourcesCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Override
    public Integer call() {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"));
        new Discovery(connection.client()).resources().stream()
                .sorted(Comparator.comparing((Discovery.Resource r) -> r.type().group()).thenComparing(r -> r.type().plural()))
                .forEach(r -> rows.add(List.of(r.type().plural(), String.join(",", r.shortNames()), r.type().apiVersion(),
                        Boolean.toString(r.type().namespaced()), r.type().kind())));
        Columns.print(rows, System.out);
        return 0;
    }
}
