package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `port-forward`: ports of this machine that lead into a pod.
@Command(name = "port-forward", mixinStandardHelpOptions = true, description = "Lead ports of this machine into a pod.")
final class PortForwardCommand implements Callable<Integer> {

    private static final int WAITING_CONNECTIONS = 50;

    @Mixin
    private Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "POD | TYPE/NAME", description = "A pod, or a service or workload, of which one pod is taken.")
    private String object = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "[LOCAL:]REMOTE", description = "Ports; :REMOTE for any free local one.")
    private List<String> ports = List.of();

    @Option(names = "--address", paramLabel = "ADDRESS", split = ",", defaultValue = "localhost", description = "Where to listen (${DEFAULT-VALUE}).")
    private List<String> addresses = List.of("localhost");

    /// @param local 0 for any free one
    record Pair(int local, int remote) {
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var target = object.contains("/") ? Target.one(connection, List.of(object)) : new Target(Kind.named(connection, "pods"), object);
        var named = connection.get(target.path(connection));
        var pod = target.kind().type().kind().equals("Pod") ? named : podOf(target, named);
        if (!pod.path("status").path("phase").asText().equals("Running")) {
            throw new UsageException("unable to forward port because pod is not running. Current status=" + pod.path("status").path("phase").asText());
        }
        var path = Kind.named(connection, "pods").path(connection.namespace(), pod.path("metadata").path("name").asText()) + "/portforward";
        for (var text : ports) {
            var pair = pair(text, target.kind().type().kind().equals("Service") ? named : null, pod);
            listen(pair, path);
        }
        new CountDownLatch(1).await();
        return 0;
    }

    private JsonNode podOf(Target target, JsonNode owner) {
        var selector = owner.path("spec").path("selector");
        var labels = selector.has("matchLabels") || selector.has("matchExpressions") ? selector.path("matchLabels") : selector;
        if (labels.isEmpty()) {
            throw new UsageException("cannot attach to \"" + target + "\": it selects no pods");
        }
        var query = labels.properties().stream().map(label -> label.getKey() + "=" + label.getValue().asText()).collect(Collectors.joining(","));
        return Output.items(connection.list(Kind.named(connection, "pods").path(connection.namespace()), Map.of("labelSelector", query))).stream()
                .filter(pod -> pod.path("status").path("phase").asText().equals("Running")).findFirst()
                .orElseThrow(() -> new UsageException("error: no running pod of " + target));
    }

    /// @param service null where the ports are the pod's own
    static Pair pair(String text, @Nullable JsonNode service, JsonNode pod) {
        var parts = text.split(":", -1);
        if (parts.length > 2 || parts[parts.length - 1].isEmpty()) {
            throw new UsageException("invalid port format '" + text + "'");
        }
        var remoteText = parts[parts.length - 1];
        int remote = service == null ? number(remoteText, text, pod) : ofService(remoteText, text, service, pod);
        int local = parts.length == 1 ? remoteText.matches("\\d+") ? Integer.parseInt(remoteText) : remote : parts[0].isEmpty() ? 0 : number(parts[0], text, pod);
        return new Pair(local, remote);
    }

    private static int number(String port, String text, JsonNode pod) {
        if (port.matches("\\d{1,5}")) {
            return Integer.parseInt(port);
        }
        for (var container : pod.path("spec").path("containers")) {
            for (var known : container.path("ports")) {
                if (known.path("name").asText().equals(port)) {
                    return known.path("containerPort").asInt();
                }
            }
        }
        throw new UsageException("invalid port '" + text + "': the pod has no port of that name");
    }

    private static int ofService(String port, String text, JsonNode service, JsonNode pod) {
        for (var known : service.path("spec").path("ports")) {
            if (known.path("port").asText().equals(port) || known.path("name").asText().equals(port)) {
                return number(known.path("targetPort").asText(known.path("port").asText()), text, pod);
            }
        }
        throw new UsageException("Service " + service.path("metadata").path("name").asText() + " does not have a service port " + port);
    }

    private void listen(Pair pair, String path) throws IOException {
        var bound = new ArrayList<InetAddress>();
        int local = pair.local;
        IOException failure = null;
        for (var name : addresses) {
            for (var address : name.equals("localhost") ? List.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("::1")) : List.of(InetAddress.getByName(name))) {
                try {
                    var server = new ServerSocket(local, WAITING_CONNECTIONS, address);
                    local = server.getLocalPort();
                    bound.add(address);
                    System.out.println("Forwarding from " + (address.getHostAddress().contains(":") ? "[" + (name.equals("localhost") ? "::1" : name) + "]" : address.getHostAddress())
                            + ":" + local + " -> " + pair.remote);
                    int port = local;
                    Thread.ofPlatform().name("forward-" + port).start(() -> accept(server, port, pair.remote, path));
                } catch (IOException e) {
                    failure = e;
                }
            }
        }
        if (bound.isEmpty()) {
            throw new UsageException("unable to listen on port " + local + ": " + (failure == null ? "no address" : failure.getMessage()));
        }
    }

    private void accept(ServerSocket server, int local, int remote, String path) {
        try (server) {
            while (true) {
                Socket socket = server.accept();
                System.out.println("Handling connection for " + local);
                Thread.ofVirtual().name("forwarded").start(() -> new ForwardedConnection(socket, remote).run(connection.client(), path));
            }
        } catch (IOException e) {
            System.err.println("error: " + e.getMessage());
        }
    }
}
