package io.moka.apiserver.kinds.subresource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.admission.Caller;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.request.Query;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.rest.Target;
import io.moka.apiserver.core.rest.VerbContext;
import java.util.List;

/// Runs admission for connections to the process or server behind an object: `exec`, `attach`, `portforward` and
/// `proxy`. The request's parameters form an object of a kind of its own. A plugin's changes to it have no effect.
final class ConnectAdmission {
    private final VerbContext context;

    ConnectAdmission(VerbContext context) {
        this.context = context;
    }

    void admit(Exchange exchange, Target target) {
        GroupVersionKind kind = new GroupVersionKind("", "v1", kind(target));
        ObjectNode options = options(exchange, target.subresource()).put("kind", kind.kind()).put("apiVersion", "v1");
        var request = new AdmissionRequest(Operation.CONNECT, target.type(), target.subresource(), kind, target.namespace(), target.name(), options, null,
                new Caller(exchange.user(), false, Json::object));
        context.admission().mutate(request);
        context.admission().validate(request);
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
