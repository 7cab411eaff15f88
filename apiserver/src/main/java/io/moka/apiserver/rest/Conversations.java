package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.AdmissionRequest;
import io.moka.apiserver.admission.AdmissionRequest.Operation;
import io.moka.apiserver.admission.Caller;
import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.http.Query;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.GroupVersionKind;
import java.util.List;

/// Shows admission who wants to talk with what is behind an object: `exec`, `attach`, `portforward` and `proxy`, whose parameters make an object
/// of a kind of its own. What a plugin changes in it is not heeded.
final class Conversations {
    private final Registry registry;

    Conversations(Registry registry) {
        this.registry = registry;
    }

    void admit(Exchange exchange, Target target) {
        GroupVersionKind kind = new GroupVersionKind("", "v1", kind(target));
        ObjectNode options = options(exchange, target.subresource()).put("kind", kind.kind()).put("apiVersion", "v1");
        var request = new AdmissionRequest(Operation.CONNECT, target.type(), target.subresource(), kind, target.namespace(), target.name(), options, null,
                new Caller(exchange.user(), false, Json::object));
        registry.admission().mutate(request);
        registry.admission().validate(request);
    }

    private static String kind(Target target) {
        return switch (target.subresource()) {
            case "exec" -> "PodExecOptions";
            case "attach" -> "PodAttachOptions";
            case "portforward" -> "PodPortForwardOptions";
            default -> target.type().kind() + "ProxyOptions";
        };
    }

    private static ObjectNode options(Exchange exchange, String subresource) {
        Query query = exchange.query();
        ObjectNode options = Json.object();
        switch (subresource) {
            case "exec", "attach" -> {
                for (String stream : new String[] {"stdin", "stdout", "stderr", "tty"}) {
                    if (query.flag(stream)) {
                        options.put(stream, true);
                    }
                }
                putIfGiven(options, "container", query.get("container"));
                putAll(options, "command", query.all("command"));
            }
            case "portforward" -> query.all("ports").forEach(ports -> List.of(ports.split(",")).stream()
                    .filter(port -> port.matches("\\d{1,5}")).forEach(port -> options.withArray("ports").add(Integer.parseInt(port))));
            default -> putIfGiven(options, "path", String.join("/", exchange.info().rest()));
        }
        return options;
    }

    private static void putIfGiven(ObjectNode options, String field, String value) {
        if (!value.isEmpty()) {
            options.put(field, value);
        }
    }

    private static void putAll(ObjectNode options, String field, List<String> values) {
        values.forEach(options.withArray(field)::add);
        if (values.isEmpty()) {
            options.remove(field);
        }
    }
}
