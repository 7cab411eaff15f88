package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.Kubeconfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `config`: shows and changes the kubeconfig file.
@Command(name = "config", mixinStandardHelpOptions = true, description = "Show and change the kubeconfig file.", synopsisSubcommandLabel = "COMMAND")
final class ConfigCommand {

    @Mixin
    private Connection connection = new Connection();

    private Kubeconfig read() throws IOException {
        return Kubeconfig.read(connection.kubeconfig());
    }

    @Command(name = "current-context", description = "Show the current context's name.")
    int currentContext() throws IOException {
        System.out.println(read().currentContext());
        return 0;
    }

    @Command(name = "get-contexts", description = "Show all contexts.")
    int getContexts() throws IOException {
        var config = read();
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"));
        for (var entry : config.tree().path("contexts")) {
            var name = entry.path("name").asText();
            var context = entry.path("context");
            rows.add(List.of(name.equals(config.currentContext()) ? "*" : "", name, context.path("cluster").asText(), context.path("user").asText(),
                    context.path("namespace").asText()));
        }
        Columns.print(rows, System.out);
        return 0;
    }

    @Command(name = "use-context", description = "Make a context the current one.")
    int useContext(@Parameters(paramLabel = "NAME") String name) throws IOException {
        var config = read();
        config.context(name);
        config.useContext(name);
        config.write(connection.kubeconfig());
        System.out.println("Switched to context \"" + name + "\".");
        return 0;
    }

    @Command(name = "set-context", description = "Set the current context's namespace.")
    int setContext(@Option(names = "--current", required = true) boolean current) throws IOException {
        var namespace = connection.namespaceFlag();
        if (namespace == null) {
            throw new UsageException("say which namespace: --namespace NAME");
        }
        var config = read();
        for (var entry : config.tree().path("contexts")) {
            if (entry.path("name").asText().equals(config.currentContext()) && entry.path("context") instanceof ObjectNode context) {
                context.put("namespace", namespace);
            }
        }
        config.write(connection.kubeconfig());
        System.out.println("Context \"" + config.currentContext() + "\" modified.");
        return 0;
    }

    @Command(name = "view", description = "Show the file, without its secrets.")
    int view() throws IOException {
        var tree = read().tree().deepCopy();
        for (var entry : tree.path("users")) {
            hide(entry.path("user"), "DATA+OMITTED", "client-certificate-data", "client-key-data");
            hide(entry.path("user"), "REDACTED", "token", "password");
        }
        for (var entry : tree.path("clusters")) {
            hide(entry.path("cluster"), "DATA+OMITTED", "certificate-authority-data");
        }
        System.out.print(Output.yaml().writeValueAsString(tree));
        return 0;
    }

    private static void hide(JsonNode node, String instead, String... fields) {
        for (var field : fields) {
            if (node instanceof ObjectNode object && object.has(field)) {
                object.put(field, instead);
            }
        }
    }
}
