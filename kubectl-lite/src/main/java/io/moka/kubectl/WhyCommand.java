package io.moka.kubectl;

import io.moka.machinery.client.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `why`: asks the scheduler, through the apiserver, for its record of the pod's last scheduling decision, or the controllers for their last decision about an
/// autoscaler.
@Command(name = "why", mixinStandardHelpOptions = true, description = "Say why a pod is on its node or pending, or why an autoscaler wants as many replicas as it does.")
final class WhyCommand implements Callable<Integer> {

    private static final String PATH = "/debug/scheduler/why";
    private static final String AUTOSCALERS = "/debug/controllers/why";

    @Mixin
    private Connection connection = new Connection();

    @Parameters(paramLabel = "pod/NAME | hpa/NAME", description = "The pod or autoscaler.")
    private String pod = "";

    @Option(names = "--if", paramLabel = "CHANGE", description = "Suppose a change, and say where the pod would go: cordon=NODE, add-node=cpu:4,memory:8Gi or delete=pod/NAME. May be repeated.")
    private List<String> changes = List.of();

    @Option(names = {"-o", "--output"}, paramLabel = "FORMAT", defaultValue = "", description = "json: the whole record.")
    private String output = "";

    @Override
    public Integer call() throws IOException {
        if (!output.isEmpty() && !output.equals("json")) {
            throw new UsageException("unknown output format \"" + output + "\"; the only one is json");
        }
        var parts = pod.split("/", 2);
        if (parts.length == 2 && List.of("hpa", "horizontalpodautoscaler", "horizontalpodautoscalers").contains(parts[0])) {
            return autoscaler(parts[1]);
        }
        if (parts.length == 2 && !List.of("pod", "pods", "po").contains(parts[0])) {
            throw new UsageException("why pod/NAME or why hpa/NAME");
        }
        var query = new LinkedHashMap<String, String>();
        query.put("namespace", connection.namespace());
        query.put("pod", parts[parts.length - 1]);
        if (!changes.isEmpty()) {
            query.put("if", String.join(";", changes));
        }
        var answer = connection.list(PATH, query);
        if (output.equals("json")) {
            System.out.println(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(answer));
        } else {
            new WhyText(answer, !changes.isEmpty()).print(System.out);
        }
        return 0;
    }

    private int autoscaler(String name) throws IOException {
        var answer = connection.list(AUTOSCALERS, Map.of("namespace", connection.namespace(), "hpa", name));
        if (output.equals("json")) {
            System.out.println(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(answer));
            return 0;
        }
        int current = answer.path("current").asInt();
        int replicas = answer.path("replicas").asInt();
        System.out.println("%s at %s: %s".formatted(answer.path("target").asText(), answer.path("at").asText(),
                answer.has("failure") ? "stays at " + current + ", " + answer.path("failure").asText()
                        : replicas == current ? "stays at " + current : current + " to " + replicas + ", " + answer.path("reason").asText()));
        answer.path("arithmetic").forEach(line -> System.out.println("  " + line.asText()));
        return 0;
    }
}
