package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `path`: asks the node's proxy, through the apiserver, which way a connection takes: name, address, rule, endpoint, interface, policies.
@Command(name = "path", mixinStandardHelpOptions = true, description = "Explain which way a connection takes, and which network policy allows or refuses it.")
final class PathCommand implements Callable<Integer> {

    private static final String PATH = "/debug/proxy/path";
    private static final int STAGE_WIDTH = 10;

    @Mixin
    private Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "FROM", description = "pod/NAME, node/NAME, outside or outside/ADDRESS.")
    private String from = "";

    @Parameters(index = "1", paramLabel = "TO", description = "service/NAME:PORT, pod/NAME:PORT, node/NAME:PORT, NAME:PORT or ADDRESS:PORT; /udp or /sctp behind it for other protocols than TCP.")
    private String to = "";

    @Option(names = "--trace", description = "Follow the next such packet through the kernel's rules with nft monitor trace; for a node as FROM one is sent.")
    private boolean trace;

    @Option(names = {"-o", "--output"}, paramLabel = "FORMAT", defaultValue = "", description = "json: the steps as data.")
    private String output = "";

    @Override
    public Integer call() throws IOException {
        if (!output.isEmpty() && !output.equals("json")) {
            throw new UsageException("unknown output format \"" + output + "\"; the only one is json");
        }
        var query = new LinkedHashMap<String, String>();
        query.put("namespace", connection.namespace());
        query.put("from", from);
        query.put("to", to);
        query.put("trace", Boolean.toString(trace));
        var answer = connection.list(PATH, query);
        if (output.equals("json")) {
            System.out.println(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(answer));
        } else {
            print(answer, System.out);
        }
        return 0;
    }

    /// One step a line; the stage stands before its first step.
    static void print(JsonNode answer, PrintStream out) {
        var before = "";
        for (var step : answer.path("steps")) {
            var stage = step.path("stage").asText();
            out.println((stage.equals(before) ? "" : stage).concat(" ".repeat(STAGE_WIDTH)).substring(0, STAGE_WIDTH) + step.path("text").asText());
            before = stage;
        }
    }
}
